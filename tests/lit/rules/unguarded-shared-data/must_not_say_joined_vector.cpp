// A vector of threads, filled in one loop and joined in another.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>
#include <vector>

int main() {
  std::mutex mu;
  int total = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back([&, i] {
      std::lock_guard guard(mu);
      total += i;
    });
  for (auto& worker : workers) worker.join();
  return total;
}
