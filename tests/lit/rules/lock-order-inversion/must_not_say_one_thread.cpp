// Both orders are taken by main alone; the other thread uses neither pair.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex a, b;

int main() {
  std::thread other([] { std::lock_guard only(b); });
  {
    std::lock_guard first(a);
    std::lock_guard second(b);
  }
  {
    std::lock_guard first(b);
    std::lock_guard second(a);
  }
  other.join();
}
