// Made before the loop: every thread that the loop starts gets the same object.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: error: `job::result` is updated by thread work() {{.+}}[racecourse-unguarded-shared-data]
#include <pthread.h>
#include <stdlib.h>

struct job {
  int result;
};

static void* work(void* given) {
  struct job* job = given;
  job->result++;
  return 0;
}

int main(void) {
  pthread_t threads[3];
  struct job* job = malloc(sizeof *job);
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], 0, work, job);
  for (int i = 0; i < 3; i++)
    pthread_join(threads[i], 0);
  return 0;
}
