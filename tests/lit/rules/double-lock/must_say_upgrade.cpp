// A reader that wants to write waits for itself.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <shared_mutex>

std::shared_mutex mu;
int value = 0;

void refresh() {
  std::shared_lock reading(mu);
  if (value != 0) return;
  std::unique_lock writing(mu);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-double-lock]
  value = 1;
}

int main() { refresh(); }
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
