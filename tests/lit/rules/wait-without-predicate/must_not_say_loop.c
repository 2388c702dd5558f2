// In a loop: while, do, for ever with a break, and goto.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

void by_while(void) {
  pthread_mutex_lock(&mu);
  while (!ready)
    pthread_cond_wait(&changed, &mu);
  pthread_mutex_unlock(&mu);
}

void by_for(void) {
  pthread_mutex_lock(&mu);
  for (;;) {
    if (ready) break;
    pthread_cond_wait(&changed, &mu);
  }
  pthread_mutex_unlock(&mu);
}

void by_goto(void) {
  pthread_mutex_lock(&mu);
again:
  if (!ready) {
    pthread_cond_wait(&changed, &mu);
    goto again;
  }
  pthread_mutex_unlock(&mu);
}

void produce(void) {
  pthread_mutex_lock(&mu);
  ready = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mu);
}
