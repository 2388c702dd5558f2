// A struct on main's stack travels through pthread_create's void*.
// CHECK: {{error|warning}}: {{.*}}`{{(struct )?}}task::result`{{.*}}[racecourse-unguarded-shared-data]
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

struct task {
  int input;
  int result;
};

static void* run(void* argument) {
  struct task* task = argument;
  task->result = task->input * 2;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: writes {{.*}}result
  return 0;
}

int main(void) {
  struct task task = {21, 0};
  pthread_t worker;
  pthread_create(&worker, 0, run, &task);
  int early = task.result;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: reads {{.*}}result
  pthread_join(worker, 0);
  return early + task.result;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
