// Locked in one branch or the other, never in both.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int value;

static void add(int locked) {
  if (!locked) pthread_mutex_lock(&mu);
  value++;
  if (!locked) pthread_mutex_unlock(&mu);
}

int main(int argc, char** argv) {
  (void)argv;
  if (argc > 1) {
    pthread_mutex_lock(&mu);
    add(1);
    pthread_mutex_unlock(&mu);
  } else {
    pthread_mutex_lock(&mu);
    value = 0;
    pthread_mutex_unlock(&mu);
  }
  add(0);
  return value;
}
