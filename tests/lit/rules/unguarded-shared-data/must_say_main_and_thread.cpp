// The spawner goes on writing before it joins.
// CHECK: {{error|warning}}: {{.*}}`main()::total`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <thread>

int main() {
  int total = 0;
  std::thread worker([&] {
    total += 1;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: updates `{{.*}}total`
  });
  total += 2;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: updates `{{.*}}total`
  worker.join();
  return total;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
