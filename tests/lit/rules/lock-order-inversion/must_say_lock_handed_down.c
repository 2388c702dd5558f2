// A function that is handed down runs under the lock of the one that calls it.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static void adds(void) {
  pthread_mutex_lock(&inner);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`inner` and `outer` are locked in both orders{{.*}}[racecourse-lock-order-inversion]
  sum += 1;
  pthread_mutex_unlock(&inner);
}

static void with_lock(void (*work)(void)) {
  pthread_mutex_lock(&outer);
  work();
  pthread_mutex_unlock(&outer);
}

static void* hands_down(void* unused) {
  (void)unused;
  with_lock(adds);
  return 0;
}

static void* takes_both(void* unused) {
  (void)unused;
  pthread_mutex_lock(&inner);
  pthread_mutex_lock(&outer);
  sum += 1;
  pthread_mutex_unlock(&outer);
  pthread_mutex_unlock(&inner);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, hands_down, 0);
  pthread_create(&second, 0, takes_both, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
