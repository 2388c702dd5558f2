// A jthread declared after what it uses has joined before that ends.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <thread>

int main() {
  std::atomic<int> steps{0};
  std::jthread worker([&steps] { steps.fetch_add(1); });
  return 0;
}
