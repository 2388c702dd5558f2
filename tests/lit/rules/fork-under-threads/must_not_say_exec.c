// The child only replaces itself.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
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
  pid_t child = fork();
  if (child == 0) {
    execl("/bin/true", "true", (char*)0);
    _exit(127);
  }
  pthread_mutex_lock(&mu);
  pthread_mutex_unlock(&mu);
  pthread_join(thread, NULL);
  return 0;
}
