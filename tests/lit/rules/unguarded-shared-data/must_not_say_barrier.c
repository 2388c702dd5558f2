// Written before the barrier, read behind it.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_barrier_t line;
static int result;

static void* writes(void* unused) {
  (void)unused;
  result = 42;
  pthread_barrier_wait(&line);
  return 0;
}
static void* reads(void* unused) {
  (void)unused;
  pthread_barrier_wait(&line);
  return result == 42 ? &line : 0;
}

int main(void) {
  pthread_t first, second;
  pthread_barrier_init(&line, 0, 2);
  pthread_create(&first, 0, writes, 0);
  pthread_create(&second, 0, reads, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
