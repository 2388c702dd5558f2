// The pair does not match: what is unlocked was never taken.
// RUN: %check %s -- %cc | FileCheck %s
#include <pthread.h>

static pthread_mutex_t in = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t out = PTHREAD_MUTEX_INITIALIZER;
static int value;

int main(void) {
  pthread_mutex_lock(&in);
  value++;
  pthread_mutex_unlock(&out);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`out`{{.*}}[racecourse-lock-leak]
  return 0;
}
