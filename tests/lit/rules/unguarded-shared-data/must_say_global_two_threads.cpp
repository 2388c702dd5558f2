// Two threads of one function count in a global.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <thread>

int counter = 0;

void work() {
  for (int i = 0; i < 1000; ++i) ++counter;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`counter`{{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  std::thread first(work), second(work);
  first.join();
  second.join();
  return counter; // after both joins: not part of the race
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
