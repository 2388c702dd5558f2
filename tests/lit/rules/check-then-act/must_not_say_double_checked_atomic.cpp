// Double-checked initialisation as it should be: the pointer is atomic, the second look is under the lock.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <mutex>
#include <thread>

struct Config {
  int level = 3;
};

std::mutex mu;
std::atomic<Config*> instance{nullptr};

Config* get() {
  Config* config = instance.load(std::memory_order_acquire);
  if (!config) {
    std::lock_guard guard(mu);
    config = instance.load(std::memory_order_relaxed);
    if (!config) {
      config = new Config;
      instance.store(config, std::memory_order_release);
    }
  }
  return config;
}

int main() {
  std::thread one([] { get(); }), two([] { get(); });
  one.join();
  two.join();
}
