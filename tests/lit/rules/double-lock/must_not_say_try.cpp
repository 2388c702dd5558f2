// A try on a lock that is taken fails; it does not hang.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::timed_mutex mu;
int misses = 0;

void attempt() {
  if (mu.try_lock())
    mu.unlock();
  else
    ++misses;
}

int main() {
  mu.lock();
  std::thread other(attempt);
  other.join();
  mu.unlock();
}
