// A mode kept in memory decides for the whole program whether locks are needed; an access that repeats the test.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>

static int threaded = 1;
static int sum;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* by_mode(void* unused) {
  (void)unused;
  if (threaded) pthread_mutex_lock(&mutex);
  sum += 1;
  if (threaded) pthread_mutex_unlock(&mutex);
  return 0;
}

static void* repeats(void* unused) {
  (void)unused;
  int lucky = rand() % 2;
  if (lucky) pthread_mutex_lock(&mutex);
  if (lucky) sum += 1;
  if (lucky) pthread_mutex_unlock(&mutex);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, by_mode, 0);
  pthread_create(&second, 0, repeats, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
