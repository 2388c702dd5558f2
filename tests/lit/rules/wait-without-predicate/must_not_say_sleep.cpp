// A timed wait as a sleep that can be cut short.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <chrono>
#include <condition_variable>
#include <mutex>

std::mutex mu;
std::condition_variable stop;

void pauseAWhile() {
  std::unique_lock lock(mu);
  stop.wait_for(lock, std::chrono::milliseconds(10));
}

int main() {
  pauseAWhile();
  return 0;
}
