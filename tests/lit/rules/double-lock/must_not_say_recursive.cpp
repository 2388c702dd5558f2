// Recursive mutexes count.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>

std::recursive_mutex mu;
std::recursive_timed_mutex timed;
int value = 0;

void inner() {
  std::lock_guard guard(mu);
  ++value;
}

void visit(int depth) {
  std::lock_guard guard(timed);
  if (depth > 0) visit(depth - 1);
}

int main() {
  std::lock_guard guard(mu);
  inner();
  visit(2);
}
