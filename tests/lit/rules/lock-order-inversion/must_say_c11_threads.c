// C11's mutexes, against the main thread.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <threads.h>

static mtx_t in, out;

static int pump(void* unused) {
  (void)unused;
  mtx_lock(&in);
  mtx_lock(&out);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`out`
  mtx_unlock(&out);
  mtx_unlock(&in);
  return 0;
}

int main(void) {
  thrd_t worker;
  mtx_init(&in, mtx_plain);
  mtx_init(&out, mtx_plain);
  thrd_create(&worker, pump, 0);
  mtx_lock(&out);
  mtx_lock(&in);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`in`
  mtx_unlock(&in);
  mtx_unlock(&out);
  thrd_join(worker, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
