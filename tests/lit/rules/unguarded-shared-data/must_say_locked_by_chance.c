// A lock that is taken under a test which the access does not repeat.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>
#include <stdlib.h>

static int sum;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* sometimes(void* unused) {
  (void)unused;
  int lucky = rand() % 2;
  if (lucky) pthread_mutex_lock(&mutex);
  sum += 1;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`sum` is updated{{.*}}[racecourse-unguarded-shared-data]
  if (lucky) pthread_mutex_unlock(&mutex);
  return 0;
}

static void* always(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  sum += 1;
  pthread_mutex_unlock(&mutex);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, sometimes, 0);
  pthread_create(&second, 0, always, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
