// Locked and unlocked under the same condition; handed to a guard; given out of the function in a guard.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>

std::mutex mu;
int value = 0;

void conditional(bool threaded) {
  if (threaded) mu.lock();
  ++value;
  if (threaded) mu.unlock();
}

void adopted() {
  mu.lock();
  std::lock_guard<std::mutex> guard(mu, std::adopt_lock);
  ++value;
}

void released() {
  std::unique_lock<std::mutex> lock(mu);
  lock.release();
  ++value;
  mu.unlock();
}

std::unique_lock<std::mutex> given() {
  std::unique_lock<std::mutex> lock(mu);
  ++value;
  return lock;
}

int main() {
  conditional(true);
  adopted();
  released();
  auto lock = given();
}
