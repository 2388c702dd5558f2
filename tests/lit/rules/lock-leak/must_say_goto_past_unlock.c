// The error path jumps to the label behind the unlock.
// CHECK: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-lock-leak]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static char* buffer;

int grow(size_t size) {
  int result = -1;
  pthread_mutex_lock(&mu);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu
  char* bigger = realloc(buffer, size);
  if (!bigger) goto out;
  buffer = bigger;
  result = 0;
  pthread_mutex_unlock(&mu);
out:
  return result;
}

int main(void) { return grow(10); }
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
