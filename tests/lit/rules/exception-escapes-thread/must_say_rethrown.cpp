// The handler cleans up and throws again.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: an exception{{.*}} thrown in `{{.*}}` can leave {{.+}}; the whole program ends then {{.*}}[racecourse-exception-escapes-thread]
#include <cstdio>
#include <stdexcept>
#include <thread>

void step() {
  throw std::runtime_error("step");
}

int main() {
  std::thread worker([] {
    try {
      step();
    } catch (...) {
      std::puts("cleaning up");
      throw;
    }
  });
  worker.join();
  return 0;
}
