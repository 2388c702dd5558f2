// release() leaves the lock held, and nobody unlocks it on one path.
// CHECK: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-lock-leak]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

std::mutex mu;
int value = 0;

void update(bool keep) {
  std::unique_lock<std::mutex> lock(mu);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu
  ++value;
  lock.release();
  if (keep) return;
  mu.unlock();
}

int main() { update(false); }
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
