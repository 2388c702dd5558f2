// C11's spelling.
// CHECK: {{error|warning}}: {{.*}}claimed`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>
#include <stdatomic.h>

static atomic_int claimed;

static void* claim(void* unused) {
  if (atomic_load(&claimed) == 0)
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}claimed
    atomic_store(&claimed, 1);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}claimed
  return unused;
}

int main(void) {
  pthread_t one, two;
  pthread_create(&one, 0, claim, 0);
  pthread_create(&two, 0, claim, 0);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
