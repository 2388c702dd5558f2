// Unlocked without having been locked, and unlocked twice.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

std::mutex never, twice;

void stray() {
  never.unlock();
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`never`{{.*}}[racecourse-lock-leak]
}

void again() {
  twice.lock();
  twice.unlock();
  twice.unlock();
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`twice`{{.*}}[racecourse-lock-leak]
}

int main() {
  stray();
  again();
}
// CHECK: 1 unit, {{.+}}, 2 findings{{$}}
