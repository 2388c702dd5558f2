// Asks a task for its result and holds the lock that the task needs.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <future>
#include <mutex>

std::mutex mutex;
int sum;

int main() {
  auto task = std::async(std::launch::async, [] {
    std::lock_guard lock(mutex);
    sum += 1;
  });
  std::lock_guard lock(mutex);
  task.get();
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}to end while it holds `mutex`{{.*}}[racecourse-lock-order-inversion]
  sum += 1;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
