// The next lock is taken before the last is given back: scopes cannot say that.
// RUN: %check --rules racestyle-manual-lock %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <mutex>
struct Node { std::mutex mu; int n = 0; };
Node first, second;
void pass() {
  first.mu.lock();
  first.n++;
  second.mu.lock();
  first.mu.unlock();
  second.n++;
  second.mu.unlock();
}
