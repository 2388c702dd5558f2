// Waits for a thread to end and holds the lock that the thread needs.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static void* adds(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  sum += 1;
  pthread_mutex_unlock(&mutex);
  return 0;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, 0, adds, 0);
  pthread_mutex_lock(&mutex);
  pthread_join(worker, 0);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`main` waits for thread adds() to end while it holds `mutex`{{.*}}[racecourse-lock-order-inversion]
  sum += 1;
  pthread_mutex_unlock(&mutex);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
