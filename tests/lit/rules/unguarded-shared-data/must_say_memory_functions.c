// memset of a whole table, and memcpy into a struct, beside single elements and members.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>
#include <string.h>

struct limits {
  int low, high;
};
static struct limits limits;
static int table[8];

static void* resets(void* unused) {
  (void)unused;
  struct limits fresh = {0, 9};
  memcpy(&limits, &fresh, sizeof limits);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`limits::high` is written{{.*}}[racecourse-unguarded-shared-data]
  memset(table, 0, sizeof table);
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`table` is written{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

static void* counts(void* unused) {
  (void)unused;
  limits.high += 1;
  table[3] += 1;
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, resets, 0);
  pthread_create(&second, 0, counts, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 2 findings{{$}}
