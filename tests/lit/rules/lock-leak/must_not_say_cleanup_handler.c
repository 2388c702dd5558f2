/* The lock is given back by the clean-up routine, which pthread_cleanup_pop(1) runs. */
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int waiting;

static void arrive(void) {
  pthread_cleanup_push((void (*)(void *))pthread_mutex_unlock, &mutex);
  pthread_mutex_lock(&mutex);
  waiting++;
  pthread_cleanup_pop(1);
}

static void *run(void *unused) {
  arrive();
  arrive();
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, 0, run, 0);
  arrive();
  pthread_join(thread, 0);
  return 0;
}
