// Functions that lock and unlock for their callers are recognised from their bodies.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

struct store {
  pthread_mutex_t mu;
  int items;
};

static void store_lock(struct store* store) { pthread_mutex_lock(&store->mu); }
static void store_unlock(struct store* store) { pthread_mutex_unlock(&store->mu); }

static void* work(void* argument) {
  struct store* store = argument;
  store_lock(store);
  store->items++;
  store_unlock(store);
  return 0;
}

int main(void) {
  static struct store store;
  pthread_t first, second;
  pthread_mutex_init(&store.mu, 0);
  pthread_create(&first, 0, work, &store);
  pthread_create(&second, 0, work, &store);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return store.items;
}
