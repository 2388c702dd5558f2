// The same over pthread, on a pool of free slots.
// CHECK: {{error|warning}}: {{.*}}`free_slots`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int free_slots = 3;

static void* take(void* unused) {
  pthread_mutex_lock(&mu);
  int left = free_slots;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}free_slots
  pthread_mutex_unlock(&mu);
  if (left > 0) {
    pthread_mutex_lock(&mu);
    free_slots--;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}free_slots
    pthread_mutex_unlock(&mu);
  }
  return unused;
}

int main(void) {
  pthread_t one, two;
  pthread_create(&one, 0, take, 0);
  pthread_create(&two, 0, take, 0);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
