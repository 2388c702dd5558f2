// A deferred task runs in the thread that asks for its result.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <future>

int sum;

int main() {
  auto task = std::async(std::launch::deferred, [] { sum += 1; });
  sum += 1;
  task.get();
  return sum;
}
