// posix_spawn and vfork with exec leave nothing of the parent behind.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <spawn.h>
#include <unistd.h>

extern char** environ;
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;

static void* worker(void* argument) {
  pthread_mutex_lock(&mu);
  pthread_mutex_unlock(&mu);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  char* arguments[] = {"true", NULL};
  pid_t child;
  posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ);
  if (vfork() == 0) {
    execv("/bin/true", arguments);
    _exit(127);
  }
  pthread_join(thread, NULL);
  return 0;
}
