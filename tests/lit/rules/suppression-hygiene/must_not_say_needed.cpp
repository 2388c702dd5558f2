// Every form that silences something, by name.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[race'
// CHECK: 3 findings silenced by NOLINT
#include <mutex>
#include <thread>
int total;
std::mutex mu;
int other, third;
void add(int n) {
  total += n; // NOLINT(racecourse-unguarded-shared-data)
  // NOLINTNEXTLINE(racecourse-*)
  other += n;
  // NOLINTBEGIN(racecourse-unguarded-shared-data)
  third += n;
  // NOLINTEND(racecourse-unguarded-shared-data)
}
int main() {
  std::thread t([] { add(1); });
  add(2);
  t.join();
}
