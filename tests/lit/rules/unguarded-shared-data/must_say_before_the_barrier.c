// Every round both threads count before they meet.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_barrier_t line;
static int total;

static void* work(void* unused) {
  (void)unused;
  for (int round = 0; round < 3; round++) {
    total++;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`total`{{.*}}[racecourse-unguarded-shared-data]
    pthread_barrier_wait(&line);
  }
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_barrier_init(&line, 0, 2);
  pthread_create(&first, 0, work, 0);
  pthread_create(&second, 0, work, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
