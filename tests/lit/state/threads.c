// The same over pthread and C11: unique threads, and one that outlives main's interest.
// RUN: %racecourse check --dump-state --exit-zero %s -- %cc | FileCheck %s
#include <pthread.h>
#include <threads.h>

void racecourse_probe(const char*);

static void* first(void* unused) {
  racecourse_probe("first");
  // CHECK: :[[@LINE-1]]: first [{{.*}}first{{.*}}] must {} may {} with {}
  return unused;
}

static int second(void* unused) {
  (void)unused;
  racecourse_probe("second");
  // CHECK: :[[@LINE-1]]: second [{{.*}}second{{.*}}] must {} may {} with {end@main thread}
  return 0;
}

int main(void) {
  pthread_t one;
  thrd_t two;
  pthread_create(&one, 0, first, 0);
  pthread_join(one, 0);
  racecourse_probe("joined");
  // CHECK: :[[@LINE-1]]: joined [main thread] must {} may {} with {}
  thrd_create(&two, second, 0);
  thrd_detach(two);
  racecourse_probe("end");
  // CHECK: :[[@LINE-1]]: end [main thread] must {} may {} with {second@{{.*}}second{{.*}}}
  return 0;
}
