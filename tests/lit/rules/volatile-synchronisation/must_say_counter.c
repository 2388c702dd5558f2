// C: a counter.
// CHECK: warning: `done` is volatile and carries news between threads{{.*}}[racestyle-volatile-synchronisation]
// RUN: %check --rules racestyle-volatile-synchronisation %s -- %cc | FileCheck %s --implicit-check-not='[race'
#include <pthread.h>
static volatile int done;
static void* work(void* arg) {
  done++;
  return arg;
}
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, work, 0);
  pthread_create(&b, 0, work, 0);
  pthread_join(a, 0);
  pthread_join(b, 0);
  return done;
}
