// Collected, and never asked.
// CHECK: warning: nobody ever reads the future of `std::async`{{.*}}[racestyle-discarded-future]
// RUN: %check --rules racestyle-discarded-future %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <future>
#include <vector>
int work(int);
void go() {
  std::vector<std::future<int>> results;
  for (int i = 0; i < 4; ++i) results.push_back(std::async(std::launch::async, work, i));
}
