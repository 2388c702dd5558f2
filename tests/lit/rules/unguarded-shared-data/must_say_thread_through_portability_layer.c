/* Threads started by a function that is given the entry: the entry's accesses count, and so do its arguments. */
// RUN: %check %s -- %cc | FileCheck %s
#include <pthread.h>

typedef pthread_t port_thread;

struct job {
  int done;
};

static int port_create(port_thread *thread, void (*entry)(void *), void *argument) {
  return pthread_create(thread, 0, (void *(*)(void *))entry, argument);
}

static void work(void *argument) {
  struct job *job = argument;
  // CHECK: [[@LINE+1]]:12: error: {{.*}}job::done{{.*}}[racecourse-unguarded-shared-data]
  job->done++;
}

int main(void) {
  struct job job = {0};
  port_thread a, b;
  port_create(&a, work, &job);
  port_create(&b, work, &job);
  pthread_join(a, 0);
  pthread_join(b, 0);
  return job.done;
}
