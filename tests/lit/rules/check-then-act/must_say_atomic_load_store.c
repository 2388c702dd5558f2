// C11's spelling.
// CHECK: {{error|warning}}: {{.*}}claimed`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>
#include <stdatomic.h>

static atomic_int claimed;

static void* claim(void* unused) {
  int before = atomic_load(&claimed);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}claimed
  if (before < 10) atomic_store(&claimed, before + 1);
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
