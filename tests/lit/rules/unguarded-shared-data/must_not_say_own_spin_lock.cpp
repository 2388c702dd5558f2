// A lock made of an atomic flag, taken by a guard here and by hand there.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <mutex>
#include <thread>

class Spin {
public:
  void lock() {
    while (taken_.test_and_set(std::memory_order_acquire)) {
    }
  }
  void unlock() { taken_.clear(std::memory_order_release); }

private:
  std::atomic_flag taken_ = ATOMIC_FLAG_INIT;
};

Spin spin;
int total;

void guarded() {
  std::lock_guard<Spin> lock(spin);
  total++;
}
void byHand() {
  spin.lock();
  total++;
  spin.unlock();
}

int main() {
  std::thread first(guarded);
  std::thread second(byHand);
  first.join();
  second.join();
}
