// Two calls below the lock; another section of the lock does no such thing.
// CHECK: warning: `save` calls `store`, which calls `fsync`, with `mu` held{{.*}}[racestyle-blocking-under-lock]
// RUN: %check --rules racestyle-blocking-under-lock %s -- %cc | FileCheck %s --implicit-check-not='[race'
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int count;
static void flush(int fd) { fsync(fd); }
static void store(int fd) { flush(fd); }
void save(int fd) {
  pthread_mutex_lock(&mu);
  store(fd);
  count = 0;
  pthread_mutex_unlock(&mu);
}
void add(void) {
  pthread_mutex_lock(&mu);
  count++;
  pthread_mutex_unlock(&mu);
}
