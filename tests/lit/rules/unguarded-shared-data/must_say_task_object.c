// A runner calls the function that its task object names.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static int total;

struct task {
  void (*step)(void*);
  void* argument;
};

static void step(void* unused) {
  (void)unused;
  total++;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`total`{{.*}}[racecourse-unguarded-shared-data]
}

static void* runner(void* given) {
  struct task* task = given;
  task->step(task->argument);
  return 0;
}

int main(void) {
  struct task one = {step, 0}, two = {step, 0};
  pthread_t first, second;
  pthread_create(&first, 0, runner, &one);
  pthread_create(&second, 0, runner, &two);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
