// A C thread gets the address of a local that its starter does not outlive.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `start()::job`, {{.+}} can end while {{.+}} still uses it {{.*}}[racecourse-escaping-reference]
#include <pthread.h>
#include <stdio.h>

struct job {
  int number;
};

static void* work(void* argument) {
  struct job* job = argument;
  printf("%d\n", job->number);
  return NULL;
}

static void start(int number) {
  struct job job = {number};
  pthread_t thread;
  pthread_create(&thread, NULL, work, &job);
  pthread_detach(thread);
}

int main(void) {
  start(1);
  return 0;
}
