// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 0 findings
// Relaxed operations between fences hand over what was written before.
#include <atomic>
#include <thread>

int data;
std::atomic<bool> ready{false};

void give() {
  data = 1;
  std::atomic_thread_fence(std::memory_order_release);
  ready.store(true, std::memory_order_relaxed);
}

void take() {
  while (!ready.load(std::memory_order_relaxed)) {
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  data = 2;
}

int main() {
  std::thread giver(give), taker(take);
  giver.join();
  taker.join();
  return data;
}
