// Functions whose purpose is to lock or to unlock, for one lock and for two.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

struct store {
  pthread_mutex_t mu;
  pthread_mutex_t io;
  int items;
};

void store_lock(struct store* store) { pthread_mutex_lock(&store->mu); }
void store_unlock(struct store* store) { pthread_mutex_unlock(&store->mu); }

int store_trylock(struct store* store) { return pthread_mutex_trylock(&store->mu); }

void store_lock_all(struct store* store) {
  pthread_mutex_lock(&store->mu);
  pthread_mutex_lock(&store->io);
}

void store_unlock_all(struct store* store) {
  pthread_mutex_unlock(&store->io);
  pthread_mutex_unlock(&store->mu);
}

int main(void) {
  static struct store store;
  pthread_mutex_init(&store.mu, 0);
  pthread_mutex_init(&store.io, 0);
  store_lock(&store);
  store.items++;
  store_unlock(&store);
  store_lock_all(&store);
  store.items--;
  store_unlock_all(&store);
  if (store_trylock(&store) == 0) store_unlock(&store);
  return 0;
}
