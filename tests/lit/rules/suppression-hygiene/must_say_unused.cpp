// The lock is there: the comment is not needed.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <mutex>
#include <thread>
int total;
std::mutex mu;
void add(int n) {
  std::lock_guard<std::mutex> g(mu);
  total += n; // NOLINT(racecourse-unguarded-shared-data)
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: note: `racecourse-unguarded-shared-data` has nothing to say here: the comment is not needed [racestyle-suppression-hygiene]
}
int main() {
  std::thread t([] { add(1); });
  add(2);
  t.join();
}
