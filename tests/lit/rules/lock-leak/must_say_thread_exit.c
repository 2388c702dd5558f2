// pthread_exit with the lock still held.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static void* adds(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  sum += 1;
  if (sum > 3) pthread_exit(0);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`adds` ends its thread with `mutex` still locked{{.*}}[racecourse-lock-leak]
  pthread_mutex_unlock(&mutex);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, adds, 0);
  pthread_create(&second, 0, adds, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
