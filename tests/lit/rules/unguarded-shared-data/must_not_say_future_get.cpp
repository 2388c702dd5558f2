// After get() the task has ended.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <future>

int side = 0;

int main() {
  auto answer = std::async(std::launch::async, [] {
    side = 1;
    return 41;
  });
  int value = answer.get();
  return value + side;
}
