// The lock is for last words: the other thread takes it only when the whole program ends.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void report(void) {
  pthread_mutex_lock(&mu);
  ++total;
  pthread_mutex_unlock(&mu);
}

#define CHECK(x) ((x) ? (void)0 : (report(), abort()))

static void* worker(void* argument) {
  CHECK(argument == NULL);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  const pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    CHECK(close(0) == 0);
    _exit(0);
  }
  pthread_join(thread, NULL);
  return 0;
}
