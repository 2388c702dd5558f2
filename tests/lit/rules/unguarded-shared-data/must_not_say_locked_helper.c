// The same with a static function in C, two calls deep.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void bump_twice_locked(void);
static void bump_locked(void) { count++; }
static void bump_twice_locked(void) {
  bump_locked();
  bump_locked();
}

static void* work(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mu);
  bump_twice_locked();
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) {
  pthread_t worker;
  pthread_create(&worker, 0, work, 0);
  pthread_mutex_lock(&mu);
  bump_locked();
  pthread_mutex_unlock(&mu);
  pthread_join(worker, 0);
  return 0;
}
