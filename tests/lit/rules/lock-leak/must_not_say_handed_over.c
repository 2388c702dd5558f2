// One function of a pair locks, its partner unlocks: each of them does only that on every path.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int value;

static int* begin(void) {
  pthread_mutex_lock(&mu);
  return &value;
}

static void end(void) { pthread_mutex_unlock(&mu); }

int main(void) {
  int* shared = begin();
  *shared += 1;
  end();
  return 0;
}
