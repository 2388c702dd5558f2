// The write stands where the try did get the lock, in four spellings.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int value;

static void* work(void* unused) {
  (void)unused;
  if (pthread_mutex_trylock(&mu) == 0) {
    value++;
    pthread_mutex_unlock(&mu);
  }
  if (!pthread_mutex_trylock(&mu)) {
    value++;
    pthread_mutex_unlock(&mu);
  }
  int error = pthread_mutex_trylock(&mu);
  if (error != 0) return 0;
  value++;
  pthread_mutex_unlock(&mu);
  if (pthread_mutex_trylock(&mu)) return 0;
  value++;
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, work, 0);
  pthread_create(&second, 0, work, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
