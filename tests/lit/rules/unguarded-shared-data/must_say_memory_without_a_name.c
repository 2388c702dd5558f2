// An int from malloc, known to the thread by its parameter only.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>
#include <stdlib.h>

static void* work(void* given) {
  int* count = given;
  (*count)++;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}the memory that `main` allocates{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

int main(void) {
  int* count = malloc(sizeof *count);
  *count = 0;
  pthread_t other;
  pthread_create(&other, 0, work, count);
  (*count)++;
  pthread_join(other, 0);
  free(count);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
