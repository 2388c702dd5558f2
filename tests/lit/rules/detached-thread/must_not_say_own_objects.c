// The thread uses only what belongs to it.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>

static void* work(void* argument) {
  free(argument);
  return NULL;
}

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, work, malloc(8)) == 0) pthread_detach(thread);
  return 0;
}
