// pthread_cond_wait in its loop.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static int available;

static void* produce(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mu);
  available = 1;
  pthread_cond_signal(&ready);
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) {
  pthread_t producer;
  pthread_create(&producer, 0, produce, 0);
  pthread_mutex_lock(&mu);
  while (!available) pthread_cond_wait(&ready, &mu);
  available = 0;
  pthread_mutex_unlock(&mu);
  pthread_join(producer, 0);
  return 0;
}
