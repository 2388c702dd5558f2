// A semaphore that starts with one permit is a lock.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <semaphore.h>

static sem_t turn;
static int total;

static void* work(void* unused) {
  (void)unused;
  sem_wait(&turn);
  total++;
  sem_post(&turn);
  return 0;
}

int main(void) {
  pthread_t first, second;
  sem_init(&turn, 0, 1);
  pthread_create(&first, 0, work, 0);
  pthread_create(&second, 0, work, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
