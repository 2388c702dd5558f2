// The same by hand over pthread, the second lock two calls down.
// CHECK: {{error|warning}}: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static int x, y;

static void touch_b(void) {
  pthread_mutex_lock(&b);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`b`
  y++;
  pthread_mutex_unlock(&b);
}

static void step(void) { touch_b(); }

static void* forward(void* unused) {
  (void)unused;
  pthread_mutex_lock(&a);
  x++;
  step();
  pthread_mutex_unlock(&a);
  return 0;
}

static void* backward(void* unused) {
  (void)unused;
  pthread_mutex_lock(&b);
  y++;
  pthread_mutex_lock(&a);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}`a`
  x++;
  pthread_mutex_unlock(&a);
  pthread_mutex_unlock(&b);
  return 0;
}

int main(void) {
  pthread_t one, two;
  pthread_create(&one, 0, forward, 0);
  pthread_create(&two, 0, backward, 0);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
