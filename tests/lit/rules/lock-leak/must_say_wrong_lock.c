// The pair does not match: one lock stays held, the other was never taken.
// RUN: %check %s -- %cc | FileCheck %s
#include <pthread.h>

static pthread_mutex_t in = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t out = PTHREAD_MUTEX_INITIALIZER;
static int value;

int main(void) {
  pthread_mutex_lock(&in);
  value++;
  pthread_mutex_unlock(&out);
  return 0;
}
// CHECK-DAG: {{error|warning}}: {{.*}}`in`{{.*}}[racecourse-lock-leak]
// CHECK-DAG: {{error|warning}}: {{.*}}`out`{{.*}}[racecourse-lock-leak]
