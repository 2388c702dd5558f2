// volatile is no synchronisation.
// CHECK: {{error|warning}}: {{.*}}`stop`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static volatile int stop;

static void* spin(void* unused) {
  (void)unused;
  while (!stop) {
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: reads `stop`
  }
  return 0;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, 0, spin, 0);
  stop = 1;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: writes `stop`
  pthread_join(worker, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
