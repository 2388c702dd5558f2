/* An object from `custom ? custom(n) : calloc(1, n)` is as fresh as one from calloc: filling it in is no race with the
   threads that get it later. */
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>

struct pool {
  pthread_mutex_t mutex;
  pthread_t threads[2];
  int jobs;
};

static void *(*custom_calloc)(size_t);

static void *allocate(size_t bytes) {
  if (custom_calloc) {
    void *made = custom_calloc(bytes);
    return made;
  }
  return calloc(1, bytes);
}

static void *worker(void *argument) {
  struct pool *pool = argument;
  pthread_mutex_lock(&pool->mutex);
  pool->jobs--;
  pthread_mutex_unlock(&pool->mutex);
  return 0;
}

static struct pool *make_pool(void) {
  struct pool *pool = allocate(sizeof(struct pool));
  if (!pool) return 0;
  pthread_mutex_init(&pool->mutex, 0);
  pool->jobs = 2;
  for (int i = 0; i < 2; i++) pthread_create(&pool->threads[i], 0, worker, pool);
  return pool;
}

int main(void) {
  struct pool *one = make_pool();
  struct pool *two = make_pool();
  return one && two;
}
