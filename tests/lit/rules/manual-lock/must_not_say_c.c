// C has no guards.
// RUN: %check --rules racestyle-manual-lock %s -- %cc | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <pthread.h>
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int total;
void add(int n) {
  pthread_mutex_lock(&mu);
  total += n;
  pthread_mutex_unlock(&mu);
}
