// Bit-fields side by side share their bytes, and the members of a union all of them.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static struct {
  unsigned open : 1;
  unsigned dirty : 1;
} flags;
static union number {
  int whole;
  float broken;
} number;

static void* opens(void* unused) {
  (void)unused;
  flags.open = 1;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}{open, dirty}` is written{{.*}}[racecourse-unguarded-shared-data]
  number.whole = 1;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`number::{whole, broken}` is written{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

static void* soils(void* unused) {
  (void)unused;
  flags.dirty = 1;
  number.broken = 1.5f;
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, opens, 0);
  pthread_create(&second, 0, soils, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 2 findings{{$}}
