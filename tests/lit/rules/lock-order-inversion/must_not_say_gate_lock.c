// The gate is held by the callers.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;

static void both(pthread_mutex_t* first, pthread_mutex_t* second) {
  pthread_mutex_lock(first);
  pthread_mutex_lock(second);
  pthread_mutex_unlock(second);
  pthread_mutex_unlock(first);
}

static void* forward(void* unused) {
  pthread_mutex_lock(&gate);
  both(&a, &b);
  pthread_mutex_unlock(&gate);
  return unused;
}

static void* backward(void* unused) {
  pthread_mutex_lock(&gate);
  both(&b, &a);
  pthread_mutex_unlock(&gate);
  return unused;
}

int main(void) {
  pthread_t one, two;
  pthread_create(&one, 0, forward, 0);
  pthread_create(&two, 0, backward, 0);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return 0;
}
