// C11 atomics and _Atomic.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdatomic.h>

static _Atomic int count;
static atomic_long total;

static void* work(void* unused) {
  (void)unused;
  count++;
  atomic_fetch_add(&total, 2);
  atomic_fetch_add_explicit(&total, 1, memory_order_relaxed);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, work, 0);
  pthread_create(&second, 0, work, 0);
  int now = count;
  pthread_join(first, 0);
  pthread_join(second, 0);
  return now;
}
