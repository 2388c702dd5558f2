// Waits at most once, and returns what it sees afterwards: the caller tests again.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t step = PTHREAD_COND_INITIALIZER;
static int pending;

static int wait_a_step(void) {
  pthread_mutex_lock(&mu);
  int value = pending;
  if (value != 0) {
    pthread_cond_wait(&step, &mu);
    value = pending;
  }
  pthread_mutex_unlock(&mu);
  return value;
}

void finish(void) {
  while (wait_a_step() != 0) {
  }
}

void work(void) {
  pthread_mutex_lock(&mu);
  --pending;
  pthread_cond_signal(&step);
  pthread_mutex_unlock(&mu);
}
