// A reader waits for a writer: shared holds block exclusive requests.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex table;
std::mutex journal;

void look() {
  std::shared_lock reading(table);
  std::lock_guard note(journal);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}journal
}

void change() {
  std::lock_guard note(journal);
  std::unique_lock changing(table);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}table
}

int main() {
  std::thread one(look), two(change);
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
