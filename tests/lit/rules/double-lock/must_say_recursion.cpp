// A function that calls itself with its lock held.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

std::mutex mu;
int visited = 0;

void visit(int depth) {
  std::lock_guard guard(mu);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-double-lock]
  ++visited;
  if (depth > 0) visit(depth - 1);
}

int main() { visit(3); }
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
