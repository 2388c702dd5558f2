// `!pid` is the child.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `{{.+}}` forks while other threads may run; its child then locks {{.+}}[racecourse-fork-under-threads]
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;

static void* worker(void* argument) {
  pthread_mutex_lock(&mu);
  pthread_mutex_unlock(&mu);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  const pid_t child = fork();
  if (child < 0) return 1;
  if (!child) {
    pthread_mutex_lock(&mu);
    pthread_mutex_unlock(&mu);
    _exit(0);
  }
  pthread_join(thread, NULL);
  return 0;
}
