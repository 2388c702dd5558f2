// A bare comment silences the race, and whatever comes later.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <mutex>
#include <thread>
int total;
std::mutex mu;
void add(int n) {
  total += n; // NOLINT
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: note: this comment silences every check, not only `racecourse-unguarded-shared-data`, which has something to say here: name the rule [racestyle-suppression-hygiene]
}
int main() {
  std::thread t([] { add(1); });
  add(2);
  t.join();
}
