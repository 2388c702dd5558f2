// With a predicate, timed or not.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <chrono>
#include <condition_variable>
#include <mutex>

std::mutex mu;
std::condition_variable changed;
bool ready = false;

bool consume() {
  std::unique_lock lock(mu);
  changed.wait(lock, [] { return ready; });
  ready = false;
  return changed.wait_for(lock, std::chrono::seconds(1), [] { return ready; });
}

void produce() {
  {
    std::lock_guard lock(mu);
    ready = true;
  }
  changed.notify_one();
}
