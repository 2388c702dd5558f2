// Neither joined nor detached: a note, since ending the handle ends nothing in C.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: note: the thread of `main()::thread` is neither joined nor detached{{.*}}[racecourse-unjoined-thread]
#include <pthread.h>

static void* work(void* argument) {
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, work, NULL);
  return 0;
}
