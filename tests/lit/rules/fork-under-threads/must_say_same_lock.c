// The child takes a lock that the other thread may have held.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `{{.+}}` forks while other threads may run; its child then locks {{.+}}[racecourse-fork-under-threads]
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void add(void) {
  pthread_mutex_lock(&mu);
  ++total;
  pthread_mutex_unlock(&mu);
}

static void* worker(void* argument) {
  for (int i = 0; i < 1000; ++i)
    add();
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  pid_t child = fork();
  if (child == 0) {
    add();
    _exit(0);
  }
  pthread_join(thread, NULL);
  return 0;
}
