// A struct copied and assigned as a whole, always with its lock; two members of another, one for each thread.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <string.h>

struct point {
  int x, y;
};
static struct point here, apart;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* moves(void* unused) {
  (void)unused;
  struct point next = {1, 2};
  pthread_mutex_lock(&mutex);
  here = next;
  memset(&here, 0, sizeof here);
  pthread_mutex_unlock(&mutex);
  apart.x += 1;
  return 0;
}

static void* looks(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  here.y += 1;
  struct point copy = here;
  pthread_mutex_unlock(&mutex);
  apart.y += copy.x;
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, moves, 0);
  pthread_create(&second, 0, looks, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
