// A shared lock admits other readers: it does not exclude them from a write.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <shared_mutex>
#include <thread>

std::shared_mutex mu;
int hits = 0;

void lookup() {
  std::shared_lock lock(mu);
  ++hits;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`hits`{{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  std::thread first(lookup), second(lookup);
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
