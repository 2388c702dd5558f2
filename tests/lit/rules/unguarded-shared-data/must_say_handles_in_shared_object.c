// One object, many handles in it: all threads work on that object.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: error: `pool::steps` is updated by thread work() {{.+}}[racecourse-unguarded-shared-data]
#include <pthread.h>
#include <stdlib.h>

struct pool {
  pthread_t threads[4];
  long steps;
};

static void* work(void* given) {
  struct pool* pool = given;
  pool->steps++;
  return 0;
}

static void start(struct pool* pool) {
  for (int i = 0; i < 4; i++)
    pthread_create(&pool->threads[i], 0, work, pool);
}

int main(void) {
  struct pool* pool = calloc(1, sizeof *pool);
  start(pool);
  for (int i = 0; i < 4; i++)
    pthread_join(pool->threads[i], 0);
  return 0;
}
