// One of the ways out forgets to unlock.
// CHECK: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-lock-leak]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int balance;

int withdraw(int amount) {
  pthread_mutex_lock(&mu);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu
  if (balance < amount) return -1;
  balance -= amount;
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) { return withdraw(3); }
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
