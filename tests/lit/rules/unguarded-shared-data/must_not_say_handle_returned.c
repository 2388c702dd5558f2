// The handle that a helper returns is joined by its caller, before the next thread starts.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static int sum;

static void* adds(void* unused) {
  (void)unused;
  sum += 1;
  return 0;
}

static pthread_t start(void* (*work)(void*)) {
  pthread_t worker;
  pthread_create(&worker, 0, work, 0);
  return worker;
}

int main(void) {
  pthread_t first = start(adds);
  pthread_join(first, 0);
  pthread_t second;
  second = start(adds);
  pthread_join(second, 0);
  return sum;
}
