// Blocks as well, in C as well.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[race'
#include <pthread.h>
static int total;
// NOLINTBEGIN
// CHECK: :[[@LINE-1]]:{{[0-9]+}}: note: this comment silences every check, not only `racecourse-unguarded-shared-data`{{.*}}[racestyle-suppression-hygiene]
static void* work(void* arg) {
  total++;
  return arg;
}
// NOLINTEND
// NOLINTBEGIN(racecourse-lock-*)
// CHECK: :[[@LINE-1]]:{{[0-9]+}}: note: `racecourse-lock-*` has nothing to say here{{.*}}[racestyle-suppression-hygiene]
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, work, 0);
  pthread_create(&b, 0, work, 0);
  pthread_join(a, 0);
  pthread_join(b, 0);
  return 0;
}
// NOLINTEND(racecourse-lock-*)
