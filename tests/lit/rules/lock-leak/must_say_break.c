// break leaves the loop with the lock of its last round.
// CHECK: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-lock-leak]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int items[8];

int find(int wanted) {
  int found = -1;
  for (int i = 0; i < 8; ++i) {
    pthread_mutex_lock(&mu);
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu
    if (items[i] == wanted) {
      found = i;
      break;
    }
    pthread_mutex_unlock(&mu);
  }
  return found;
}

int main(void) { return find(3); }
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
