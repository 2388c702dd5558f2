// Readers never block readers.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <shared_mutex>
#include <thread>

std::shared_mutex a, b;

void forward() {
  std::shared_lock first(a);
  std::shared_lock second(b);
}

void backward() {
  std::shared_lock first(b);
  std::shared_lock second(a);
}

int main() {
  std::thread one(forward), two(backward);
  one.join();
  two.join();
}
