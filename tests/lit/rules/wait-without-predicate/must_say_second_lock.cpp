// The waiter keeps a lock that the one who should wake it needs.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `consumer` keeps `outer` while it waits for `changed`, and every notification needs `outer`{{.*}}[racecourse-wait-without-predicate]
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex outer, mu;
std::condition_variable changed;
bool ready = false;

void consumer() {
  std::lock_guard keep(outer);
  std::unique_lock lock(mu);
  changed.wait(lock, [] { return ready; });
}

void producer() {
  std::lock_guard keep(outer);
  std::lock_guard lock(mu);
  ready = true;
  changed.notify_one();
}

int main() {
  std::thread a(consumer), b(producer);
  a.join();
  b.join();
  return 0;
}
