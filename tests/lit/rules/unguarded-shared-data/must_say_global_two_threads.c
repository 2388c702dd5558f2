// The same over pthread.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static int counter;

static void* work(void* unused) {
  (void)unused;
  counter++;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`counter`{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, work, 0);
  pthread_create(&second, 0, work, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return counter;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
