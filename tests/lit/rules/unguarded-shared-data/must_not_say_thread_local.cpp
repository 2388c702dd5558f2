// One object per thread, and objects that never change.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <string>
#include <thread>

thread_local int depth = 0;
const std::string greeting = "hello";
constexpr int limits[] = {1, 2, 3};

void work() {
  ++depth;
  static thread_local std::string buffer;
  buffer += greeting;
  depth += limits[1];
}

int main() {
  std::thread first(work), second(work);
  work();
  first.join();
  second.join();
}
