// C: a table of operations that the program itself chose.
// RUN: %check --rules racestyle-callback-under-lock %s -- %cc | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <pthread.h>
struct ops { int (*add)(int, int); };
static int plus(int a, int b) { return a + b; }
static const struct ops adding = {plus};
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int total;
void add(int n) {
  const struct ops* o = &adding;
  pthread_mutex_lock(&mu);
  total = o->add(total, n);
  pthread_mutex_unlock(&mu);
}
