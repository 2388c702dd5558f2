// One case of a switch returns by itself.
// CHECK: {{error|warning}}: {{.*}}`lock`{{.*}}[racecourse-lock-leak]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value;

int apply(int command) {
  pthread_rwlock_wrlock(&lock);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}lock
  switch (command) {
  case 0:
    value = 0;
    break;
  case 1:
    return value;
  default:
    value++;
  }
  pthread_rwlock_unlock(&lock);
  return 0;
}

int main(void) { return apply(1); }
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
