// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// A relaxed store and load tell that something happened and bring nothing along: what was written before is not handed over.
#include <atomic>
#include <thread>

int data;
std::atomic<bool> ready{false};

void give() {
  // CHECK: must_say_relaxed_flag.cpp:[[#@LINE+1]]:{{[0-9]+}}: error: `data` is {{.*}}[racecourse-unguarded-shared-data]
  data = 1;
  ready.store(true, std::memory_order_relaxed);
}

void take() {
  while (!ready.load(std::memory_order_relaxed)) {
  }
  data = 2;
}

int main() {
  std::thread giver(give), taker(take);
  giver.join();
  taker.join();
  return data;
}
