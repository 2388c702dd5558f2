// A private helper without a lock of its own that is only called with the lock held.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

class Cache {
public:
  void put(int value) {
    std::lock_guard guard(mu_);
    storeLocked(value);
  }
  void clear() {
    std::lock_guard guard(mu_);
    storeLocked(0);
    ++generation_;
  }

private:
  void storeLocked(int value) {
    value_ = value;
    ++generation_;
  }
  std::mutex mu_;
  int value_ = 0;
  int generation_ = 0;
};

int main() {
  Cache cache;
  std::thread other([&] { cache.put(1); });
  cache.clear();
  other.join();
}
