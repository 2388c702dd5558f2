// Unlocked exactly where the try succeeded.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int value;

void tried(void) {
  if (pthread_mutex_trylock(&mu) != 0) return;
  value++;
  pthread_mutex_unlock(&mu);
}

void remembered(void) {
  int locked = pthread_mutex_trylock(&mu) == 0;
  value++;
  if (locked) pthread_mutex_unlock(&mu);
}

void timed(void) {
  struct timespec until = {0, 0};
  int error = pthread_mutex_timedlock(&mu, &until);
  if (error) return;
  value++;
  pthread_mutex_unlock(&mu);
}

int main(void) {
  tried();
  remembered();
  timed();
  return 0;
}
