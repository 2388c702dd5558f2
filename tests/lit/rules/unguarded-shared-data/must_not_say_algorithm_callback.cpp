// A lambda given to an algorithm runs at once, under the caller's lock.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

std::mutex mu;
int total = 0;

void addAll(const std::vector<int>& items) {
  std::lock_guard guard(mu);
  std::for_each(items.begin(), items.end(), [](int item) { total += item; });
}

int main() {
  std::thread first([] { addAll({1, 2}); }), second([] { addAll({3}); });
  first.join();
  second.join();
}
