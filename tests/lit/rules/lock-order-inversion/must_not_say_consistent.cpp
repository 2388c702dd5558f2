// Everybody takes them in one order, some let go early.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex a, b, c;

void one() {
  std::lock_guard first(a);
  std::lock_guard second(b);
  std::lock_guard third(c);
}

void two() {
  std::unique_lock first(a);
  std::lock_guard second(c);
}

void three() {
  std::unique_lock first(c);
  first.unlock();
  std::lock_guard second(b);
}

int main() {
  std::thread x(one), y(two), z(three);
  x.join();
  y.join();
  z.join();
}
