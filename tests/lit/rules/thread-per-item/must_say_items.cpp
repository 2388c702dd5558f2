// A thread per element, joined after all were started.
// CHECK: warning: a thread is started in every round of this loop{{.*}}[racestyle-thread-per-item]
// RUN: %check --rules racestyle-thread-per-item %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <thread>
#include <vector>
void work(int);
void all(const std::vector<int>& items) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < items.size(); ++i) threads.emplace_back(work, items[i]);
  for (auto& t : threads) t.join();
}
