// The wait gives the lock up, so its loop looks again.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mu;
std::condition_variable changed;
int tokens = 0;

void take() {
  std::unique_lock lock(mu);
  while (tokens == 0) changed.wait(lock);
  --tokens;
}

void give() {
  std::lock_guard guard(mu);
  ++tokens;
  changed.notify_one();
}

int main() {
  std::thread one(take), two(give);
  one.join();
  two.join();
}
