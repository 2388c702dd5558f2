// Every step is atomic, the three together are not.
// CHECK: {{error|warning}}: {{.*}}tickets`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <atomic>
#include <thread>

std::atomic<int> tickets{1};

void buy() {
  if (tickets.load() > 0)
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}tickets
    tickets.store(tickets.load() - 1);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}tickets
}

int main() {
  std::thread one(buy), two(buy);
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
