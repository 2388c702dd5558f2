// A condition variable gives its mutex back while it waits.
// RUN: %check --rules racestyle-blocking-under-lock %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <condition_variable>
#include <mutex>
std::mutex mu;
std::condition_variable cv;
bool ready;
void wait() {
  std::unique_lock<std::mutex> l(mu);
  cv.wait(l, [] { return ready; });
}
void set() {
  std::lock_guard<std::mutex> g(mu);
  ready = true;
  cv.notify_one();
}
