// pthread's reader-writer lock.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value;

static void* reader(void* sum) {
  pthread_rwlock_rdlock(&lock);
  *(int*)sum += value;
  pthread_rwlock_unlock(&lock);
  return 0;
}

int main(void) {
  pthread_t thread;
  int sum = 0;
  pthread_create(&thread, 0, reader, &sum);
  pthread_rwlock_wrlock(&lock);
  value = 3;
  pthread_rwlock_unlock(&lock);
  pthread_join(thread, 0);
  return sum;
}
