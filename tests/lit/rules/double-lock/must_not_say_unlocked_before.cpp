// The lock is let go before the call that takes it.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <condition_variable>
#include <mutex>

std::mutex mu;
std::condition_variable changed;
int value = 0;

void add() {
  std::lock_guard guard(mu);
  ++value;
}

void byGuard() {
  std::unique_lock lock(mu);
  lock.unlock();
  add();
  lock.lock();
  ++value;
}

void byScope() {
  {
    std::lock_guard guard(mu);
    ++value;
  }
  add();
}

void byHand(int times) {
  for (int i = 0; i < times; ++i) {
    mu.lock();
    ++value;
    mu.unlock();
  }
  mu.lock();
  mu.unlock();
}

void byWait() {
  std::unique_lock lock(mu);
  while (value == 0) changed.wait(lock);
  --value;
}

int main() {
  byGuard();
  byScope();
  byHand(2);
  byWait();
}
