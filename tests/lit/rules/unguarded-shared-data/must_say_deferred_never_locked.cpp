// A deferred guard that nobody locks protects nothing.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex mu;
int value = 0;

void work() {
  std::unique_lock<std::mutex> lock(mu, std::defer_lock);
  ++value;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`value`{{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  std::thread first(work), second(work);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
