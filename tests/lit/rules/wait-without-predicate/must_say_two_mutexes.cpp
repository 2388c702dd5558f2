// Two waits for one condition variable, each with its own mutex.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: waits for `changed` use two mutexes, `first` and `second`{{.*}}[racecourse-wait-without-predicate]
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex first, second;
std::condition_variable_any changed;
bool one = false, two = false;

void waitOne() {
  std::unique_lock lock(first);
  changed.wait(lock, [] { return one; });
}

void waitTwo() {
  std::unique_lock lock(second);
  changed.wait(lock, [] { return two; });
}

int main() {
  std::thread a(waitOne), b(waitTwo);
  {
    std::scoped_lock both(first, second);
    one = two = true;
  }
  changed.notify_all();
  a.join();
  b.join();
  return 0;
}
