// The guard is unlocked by hand before the last write.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex mu;
int jobs = 0;

void work() {
  std::unique_lock<std::mutex> lock(mu);
  jobs += 2;
  jobs -= 1;
  lock.unlock();
  jobs -= 1;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`jobs`{{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  std::thread first(work), second(work);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
