// An atomic builtin does not make the plain write elsewhere atomic.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static int total;

static void* add(void* unused) {
  (void)unused;
  __sync_fetch_and_add(&total, 1);
  return 0;
}
static void* reset(void* unused) {
  (void)unused;
  total = 0;
  // CHECK: {{error|warning}}: {{.*}}`total`{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, add, 0);
  pthread_create(&second, 0, reset, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
