// The second lock is taken in a lambda that an algorithm runs at once.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

std::mutex list, item;
std::vector<int> items;

void sweep() {
  std::lock_guard outer(list);
  std::for_each(items.begin(), items.end(), [](int& value) {
    std::lock_guard inner(item);
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`item`
    ++value;
  });
}

void drop() {
  std::lock_guard outer(item);
  std::lock_guard inner(list);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`list`
  items.clear();
}

int main() {
  std::thread one(sweep), two(drop);
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
