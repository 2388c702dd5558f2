// The check looks without the lock, the write does not look again.
// CHECK: {{error|warning}}: {{.*}}started`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cxx | FileCheck %s
#include <mutex>
#include <thread>

std::mutex mu;
bool started = false;
int starts = 0;

void start() {
  if (started) return;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}started
  std::lock_guard guard(mu);
  started = true;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}started
  ++starts;
}

int main() {
  std::thread one(start), two(start);
  one.join();
  two.join();
}
