// The wrapper gets the handle by address, and its caller joins.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static int total;

static int start(pthread_t* handle, void* (*entry)(void*)) { return pthread_create(handle, 0, entry, 0); }

static void* work(void* unused) {
  (void)unused;
  total++;
  return 0;
}

int main(void) {
  pthread_t other;
  start(&other, work);
  pthread_join(other, 0);
  total++;
  return 0;
}
