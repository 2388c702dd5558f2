// A cast to void says that nobody wants to know; a thread is no future.
// RUN: %check --rules racestyle-discarded-future %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <functional>
#include <future>
#include <thread>
struct Pool {
  std::future<void> submit(std::function<void()> task);
};
void go(Pool& pool) {
  (void)pool.submit([] {});
  static_cast<void>(pool.submit([] {}));
  std::thread([] {}).detach();
}
