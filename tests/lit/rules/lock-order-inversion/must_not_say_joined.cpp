// The two orders belong to threads that cannot overlap.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex a, b;

void forward() {
  std::lock_guard first(a);
  std::lock_guard second(b);
}

void backward() {
  std::lock_guard first(b);
  std::lock_guard second(a);
}

int main() {
  std::thread one(forward);
  one.join();
  std::thread two(backward);
  two.join();
}
