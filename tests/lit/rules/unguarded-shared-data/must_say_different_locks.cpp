// Both sides lock, but not the same mutex.
// CHECK: {{error|warning}}: {{.*}}`shared`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex red, blue;
int shared = 0;

void one() {
  std::lock_guard guard(red);
  ++shared;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`shared`{{.*}}(holding red)
}

void two() {
  std::lock_guard guard(blue);
  --shared;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`shared`{{.*}}(holding blue)
}

int main() {
  std::thread first(one), second(two);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
