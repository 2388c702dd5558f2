// scoped_lock, std::lock and adopted guards take their locks as one group, in any order of writing.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex a, b, c;

void one() { std::scoped_lock both(a, b); }

void two() { std::scoped_lock both(b, a); }

void three() {
  std::lock(c, a);
  std::lock_guard first(a, std::adopt_lock);
  std::lock_guard second(c, std::adopt_lock);
}

void four() {
  std::unique_lock first(a, std::defer_lock);
  std::unique_lock second(c, std::defer_lock);
  std::lock(first, second);
}

int main() {
  std::thread s(one), t(two), u(three), v(four);
  s.join();
  t.join();
  u.join();
  v.join();
}
