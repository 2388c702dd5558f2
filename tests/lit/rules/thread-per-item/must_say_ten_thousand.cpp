// A constant can be too large as well.
// CHECK: warning: a thread is started in each of the 10000 rounds of this loop{{.*}}[racestyle-thread-per-item]
// RUN: %check --rules racestyle-thread-per-item %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <thread>
#include <vector>
void work(int);
void all() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 10000; ++i) threads.emplace_back(work, i);
  for (auto& t : threads) t.join();
}
