// One line of code spawns many threads: each races with its siblings.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static long total;

static void* add(void* amount) {
  total += *(long*)amount;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`total`{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

int main(void) {
  pthread_t threads[4];
  static long amount = 3;
  for (int i = 0; i < 4; ++i) pthread_create(&threads[i], 0, add, &amount);
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], 0);
  return (int)total;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
