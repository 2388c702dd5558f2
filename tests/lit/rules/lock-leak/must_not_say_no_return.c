// A path that ends the process leaves nothing behind that matters.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int value;

_Noreturn static void die(void) { exit(2); }

void update(int amount) {
  pthread_mutex_lock(&mu);
  if (amount > 1000) abort();
  if (amount < 0) die();
  assert(value >= 0);
  value += amount;
  pthread_mutex_unlock(&mu);
}

int main(void) {
  update(1);
  return 0;
}
