// A task of std::async runs until its future is read.
// CHECK: {{error|warning}}: {{.*}}`progress`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <future>

int progress = 0;

int main() {
  auto answer = std::async(std::launch::async, [] {
    progress = 50;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: writes {{.*}}progress
    return 42;
  });
  int seen = progress;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: reads {{.*}}progress
  return answer.get() + seen;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
