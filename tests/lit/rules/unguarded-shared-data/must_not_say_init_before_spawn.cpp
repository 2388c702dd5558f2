// Written before the first thread exists, read by threads afterwards.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>
#include <vector>

int limit = 0;
std::vector<int> table;

void prepare() {
  limit = 10;
  table.assign(static_cast<std::size_t>(limit), 1);
}

void work() {
  int sum = 0;
  for (int i = 0; i < limit; ++i) sum += table[static_cast<std::size_t>(i)];
  (void)sum;
}

int main() {
  prepare();
  std::thread first(work), second(work);
  first.join();
  second.join();
}
