// The starter waits for its C threads before its array ends.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdatomic.h>

static void* work(void* argument) {
  atomic_fetch_add((atomic_int*)argument, 1);
  return NULL;
}

int main(void) {
  atomic_int total = 0;
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i)
    pthread_create(&threads[i], NULL, work, &total);
  for (int i = 0; i < 4; ++i)
    pthread_join(threads[i], NULL);
  return atomic_load(&total);
}
