// The wait stands in a wrapper; its caller takes the lock and does not test again.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `consume` waits for `changed` once{{.*}}[racecourse-wait-without-predicate]
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void pause_until_changed(void) {
  pthread_cond_wait(&changed, &mu);
}

void consume(void) {
  pthread_mutex_lock(&mu);
  pause_until_changed();
  pthread_mutex_unlock(&mu);
}

void produce(void) {
  pthread_mutex_lock(&mu);
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mu);
}
