// The textbook: one thread takes a then b, the other b then a.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex a, b;

void forward() {
  std::lock_guard first(a);
  std::lock_guard second(b);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`b`
}

void backward() {
  std::lock_guard first(b);
  std::lock_guard second(a);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`a`
}

int main() {
  std::thread one(forward), two(backward);
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
