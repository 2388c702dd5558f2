// A struct assigned as a whole, and one of its members read.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

struct point {
  int x, y;
};
static struct point here;
static int seen;

static void* moves(void* unused) {
  (void)unused;
  struct point next = {1, 2};
  here = next;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`point::y` is written{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

static void* looks(void* unused) {
  (void)unused;
  seen = here.y;
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
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
