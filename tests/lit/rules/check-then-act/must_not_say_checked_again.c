// The same with a count in C.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int free_slots = 3;

static int slots(void) {
  pthread_mutex_lock(&mu);
  int left = free_slots;
  pthread_mutex_unlock(&mu);
  return left;
}

static void* take(void* unused) {
  if (slots() > 0) {
    pthread_mutex_lock(&mu);
    if (free_slots > 0) free_slots--;
    pthread_mutex_unlock(&mu);
  }
  return unused;
}

int main(void) {
  pthread_t one, two;
  pthread_create(&one, 0, take, 0);
  pthread_create(&two, 0, take, 0);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return 0;
}
