// mtx_plain does not count either.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <threads.h>

static mtx_t mu;

int main(void) {
  mtx_init(&mu, mtx_plain);
  mtx_lock(&mu);
  mtx_lock(&mu);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`mu`{{.*}}[racecourse-double-lock]
  mtx_unlock(&mu);
  mtx_unlock(&mu);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
