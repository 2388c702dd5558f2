// Two threads whose handles a helper returned, joined only when both run.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static int sum;

static void* adds(void* unused) {
  (void)unused;
  sum += 1;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`sum` is updated{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

static pthread_t start(void* (*work)(void*)) {
  pthread_t worker;
  pthread_create(&worker, 0, work, 0);
  return worker;
}

int main(void) {
  pthread_t first = start(adds), second = start(adds);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return sum;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
