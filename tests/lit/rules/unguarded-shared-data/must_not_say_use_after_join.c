// All of an array of threads are joined in a loop before main looks.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void* add(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mu);
  total++;
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) pthread_create(&threads[i], 0, add, 0);
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], 0);
  return total;
}
