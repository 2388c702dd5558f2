// Read at once, later, or all together.
// RUN: %check --rules racestyle-discarded-future %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <future>
#include <vector>
int work();
int go() {
  int all = std::async(std::launch::async, work).get();
  auto later = std::async(std::launch::async, work);
  all += later.get();
  std::vector<std::future<int>> results;
  results.push_back(std::async(std::launch::async, work));
  for (auto& r : results) all += r.get();
  return all;
}
