// Only one of the array's threads is joined before main reads.
// CHECK: {{error|warning}}: {{.*}}`total`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

std::mutex mutex;
int total = 0;

void add() {
  std::lock_guard guard(mutex);
  ++total;
}

int main() {
  std::thread threads[] = {std::thread(add), std::thread(add)};
  threads[0].join();
  const int early = total;
  threads[1].join();
  return early;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
