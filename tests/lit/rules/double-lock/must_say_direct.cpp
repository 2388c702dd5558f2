// Locked twice in one function, by hand and by guards.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

std::mutex mu;
std::mutex other;

void byHand() {
  mu.lock();
  mu.lock();
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-double-lock]
  mu.unlock();
  mu.unlock();
}

void byGuards() {
  std::lock_guard first(other);
  std::unique_lock second(other);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`other`{{.*}}[racecourse-double-lock]
}

int main() {
  byHand();
  byGuards();
}
// CHECK: 1 unit, {{.+}}, 2 findings{{$}}
