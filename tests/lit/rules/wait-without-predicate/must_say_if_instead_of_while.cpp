// Tested once, by an if.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `consumer` waits for `changed` once, without testing afterwards{{.*}}[racecourse-wait-without-predicate]
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mu;
std::condition_variable changed;
bool ready = false;

void consumer() {
  std::unique_lock lock(mu);
  if (!ready) changed.wait(lock);
  ready = false;
}

int main() {
  std::thread worker(consumer);
  {
    std::lock_guard lock(mu);
    ready = true;
  }
  changed.notify_one();
  worker.join();
  return 0;
}
