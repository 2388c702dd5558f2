// The guard has no name: it dies at the end of its own line.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex mu;
int value = 0;

void work() {
  std::lock_guard<std::mutex>{mu};
  ++value;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`value`{{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  std::thread first(work), second(work);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
