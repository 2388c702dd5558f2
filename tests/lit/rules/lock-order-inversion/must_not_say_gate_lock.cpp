// Both orders occur, but only under one common lock: the threads cannot meet.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex gate, a, b;

void forward() {
  std::lock_guard outer(gate);
  std::lock_guard first(a);
  std::lock_guard second(b);
}

void backward() {
  std::lock_guard outer(gate);
  std::lock_guard first(b);
  std::lock_guard second(a);
}

int main() {
  std::thread one(forward), two(backward);
  one.join();
  two.join();
}
