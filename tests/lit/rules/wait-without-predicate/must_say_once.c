// No test at all, in C.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `waiter` waits for `changed` once{{.*}}[racecourse-wait-without-predicate]
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void* waiter(void* argument) {
  pthread_mutex_lock(&mu);
  pthread_cond_wait(&changed, &mu);
  pthread_mutex_unlock(&mu);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, waiter, NULL);
  pthread_mutex_lock(&mu);
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mu);
  pthread_join(thread, NULL);
  return 0;
}
