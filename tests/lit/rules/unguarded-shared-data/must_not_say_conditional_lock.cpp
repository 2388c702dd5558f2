// Locked and unlocked under the same unchanging condition.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex mu;
int value = 0;

void update(bool threaded) {
  if (threaded) mu.lock();
  ++value;
  if (threaded) mu.unlock();
}

int main() {
  std::thread first([] { update(true); }), second([] { update(true); });
  first.join();
  second.join();
}
