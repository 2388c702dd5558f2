// Plain data with static storage is never destroyed.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <thread>

std::atomic<int> total{0};
static const int limits[] = {1, 2, 3};

int main() {
  std::thread([] { total.fetch_add(limits[0]); }).detach();
  return 0;
}
