// The static initialiser makes it recursive.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#define _GNU_SOURCE
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int total;

static void inner(void) {
  pthread_mutex_lock(&mu);
  total++;
  pthread_mutex_unlock(&mu);
}

void outer(void) {
  pthread_mutex_lock(&mu);
  inner();
  pthread_mutex_unlock(&mu);
}
