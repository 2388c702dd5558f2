// A helper that starts a thread makes an object for it, each time anew.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>

struct job {
  void (*run)(void);
  int result;
};

static void* work(void* given) {
  struct job* job = given;
  job->run();
  job->result = 1;
  return 0;
}

static pthread_t start(void (*run)(void)) {
  pthread_t thread;
  struct job* job = malloc(sizeof *job);
  job->run = run;
  pthread_create(&thread, 0, work, job);
  return thread;
}

static void nothing(void) {}

int main(void) {
  pthread_t one = start(nothing), two = start(nothing);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return 0;
}
