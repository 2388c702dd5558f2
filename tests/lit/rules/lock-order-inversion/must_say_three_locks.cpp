// No two threads disagree about a pair; the three of them do.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex left_fork, middle_fork, right_fork;

void first() {
  std::lock_guard one(left_fork);
  std::lock_guard two(middle_fork);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}middle_fork
}

void second() {
  std::lock_guard one(middle_fork);
  std::lock_guard two(right_fork);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}right_fork
}

void third() {
  std::lock_guard one(right_fork);
  std::lock_guard two(left_fork);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}left_fork
}

int main() {
  std::thread a(first), b(second), c(third);
  a.join();
  b.join();
  c.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
