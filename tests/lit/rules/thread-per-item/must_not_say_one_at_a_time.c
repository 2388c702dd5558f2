// Each round waits for its own thread.
// RUN: %check --rules racestyle-thread-per-item %s -- %cc | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <pthread.h>
static void* serve(void* arg) { return arg; }
int next(void);
void rounds(void) {
  while (next()) {
    pthread_t t;
    pthread_create(&t, 0, serve, 0);
    pthread_join(t, 0);
  }
}
