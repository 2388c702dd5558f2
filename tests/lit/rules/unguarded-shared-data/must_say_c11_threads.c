// C11's own threads.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <threads.h>

static int ticks;

static int tick(void* unused) {
  (void)unused;
  ticks += 1;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`ticks`{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

int main(void) {
  thrd_t first, second;
  thrd_create(&first, tick, 0);
  thrd_create(&second, tick, 0);
  thrd_join(first, 0);
  thrd_join(second, 0);
  return ticks;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
