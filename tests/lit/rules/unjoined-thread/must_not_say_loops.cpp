// All elements, by a range, by an index, by an algorithm, until empty.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <algorithm>
#include <thread>
#include <vector>

void work() {}

void byRange() {
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back(work);
  for (auto& worker : workers)
    worker.join();
}

void byIndex() {
  std::thread workers[4];
  for (int i = 0; i < 4; ++i)
    workers[i] = std::thread(work);
  for (int i = 0; i < 4; ++i)
    workers[i].join();
}

void byAlgorithm() {
  std::vector<std::thread> workers;
  workers.emplace_back(work);
  std::for_each(workers.begin(), workers.end(), [](std::thread& worker) { worker.join(); });
}

void untilEmpty() {
  std::vector<std::thread> workers;
  workers.emplace_back(work);
  while (!workers.empty()) {
    workers.back().join();
    workers.pop_back();
  }
}

int main() {
  byRange();
  byIndex();
  byAlgorithm();
  untilEmpty();
  return 0;
}
