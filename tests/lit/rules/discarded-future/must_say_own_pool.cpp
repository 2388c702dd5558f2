// Any function that returns a future.
// CHECK: warning: the future of `Pool::submit` is thrown away: what the task returns or throws is lost{{.*}}[racestyle-discarded-future]
// RUN: %check --rules racestyle-discarded-future %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <functional>
#include <future>
struct Pool {
  std::future<void> submit(std::function<void()> task);
};
void go(Pool& pool) {
  pool.submit([] {});
}
