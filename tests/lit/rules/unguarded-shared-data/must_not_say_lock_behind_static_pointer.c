// A pointer to the lock, set by its initialiser.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t* lock = &mu;
static int total;

static void* by_pointer(void* unused) {
  (void)unused;
  pthread_mutex_lock(lock);
  total++;
  pthread_mutex_unlock(lock);
  return 0;
}
static void* by_name(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mu);
  total++;
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, by_pointer, 0);
  pthread_create(&second, 0, by_name, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
