// A container changes while another thread reads it.
// CHECK: {{error|warning}}: {{.*}}`queue`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <thread>
#include <vector>

std::vector<int> queue;

void produce() {
  queue.push_back(1);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}queue
}

int main() {
  std::thread producer(produce);
  int sum = 0;
  for (int item : queue) sum += item;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}queue
  producer.join();
  return sum;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
