// pthread's default mutex does not count.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int value;

static void add(int amount) {
  pthread_mutex_lock(&mu);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-double-lock]
  value += amount;
  pthread_mutex_unlock(&mu);
}

int main(void) {
  pthread_mutex_lock(&mu);
  add(1);
  pthread_mutex_unlock(&mu);
  return value;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
