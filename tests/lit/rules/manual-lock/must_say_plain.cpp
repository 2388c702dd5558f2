// A lock and its unlock in one function.
// CHECK: warning: `mu` is locked and unlocked by hand in `add`, where a guard would do both{{.*}}[racestyle-manual-lock]
// RUN: %check --rules racestyle-manual-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <mutex>
std::mutex mu;
int total;
void add(int n) {
  mu.lock();
  total += n;
  mu.unlock();
}
