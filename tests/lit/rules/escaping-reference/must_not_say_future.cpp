// get() waits for the task; a future of std::async waits at its end.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <future>

int sum() {
  std::atomic<int> total{0};
  auto first = std::async(std::launch::async, [&total] { total.fetch_add(1); });
  auto second = std::async(std::launch::async, [&total] { total.fetch_add(2); });
  first.get();
  return total.load();
}

int main() {
  return sum();
}
