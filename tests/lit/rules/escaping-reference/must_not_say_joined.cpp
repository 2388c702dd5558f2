// Joined at the end, and on the early way out too.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <thread>

bool run(bool quick) {
  std::atomic<int> done{0};
  std::thread worker([&done] { done.store(1); });
  if (quick) {
    worker.join();
    return false;
  }
  worker.join();
  return done.load() == 1;
}

int main() {
  return run(true) ? 0 : 1;
}
