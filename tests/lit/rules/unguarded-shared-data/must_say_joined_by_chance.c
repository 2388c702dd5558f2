// Joined on one of two ways that have nothing to do with the thread.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static int result;

static void* works(void* unused) {
  (void)unused;
  result = 42;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`result` is written{{.*}}[racecourse-unguarded-shared-data]
  return 0;
}

int main(int count, char** words) {
  (void)words;
  pthread_t worker;
  pthread_create(&worker, 0, works, 0);
  if (count > 1) pthread_join(worker, 0);
  result += 1;
  return result;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
