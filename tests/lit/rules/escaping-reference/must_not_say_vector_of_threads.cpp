// Threads moved into a vector, and all of them joined.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

int main() {
  std::atomic<int> steps{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    std::thread worker([&steps] { steps.fetch_add(1); });
    workers.push_back(std::move(worker));
  }
  for (std::thread& worker : workers)
    worker.join();
  return steps.load();
}
