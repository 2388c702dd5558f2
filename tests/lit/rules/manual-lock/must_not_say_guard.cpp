// Guards, also one that is unlocked early.
// RUN: %check --rules racestyle-manual-lock %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <mutex>
std::mutex mu;
int total;
void add(int n) {
  std::lock_guard<std::mutex> g(mu);
  total += n;
}
void addEarly(int n) {
  std::unique_lock<std::mutex> l(mu);
  total += n;
  l.unlock();
}
