// Each object holds the handle of the one thread that works on it.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>

struct worker {
  pthread_t thread;
  long steps;
  struct worker* next;
};

static struct worker* all;

static void* work(void* given) {
  struct worker* worker = given;
  for (int i = 0; i < 100; i++)
    worker->steps++;
  return 0;
}

static void start(struct worker* worker) { pthread_create(&worker->thread, 0, work, worker); }

int main(void) {
  for (int i = 0; i < 4; i++) {
    struct worker* worker = calloc(1, sizeof *worker);
    worker->next = all;
    all = worker;
  }
  for (struct worker* worker = all; worker; worker = worker->next)
    start(worker);
  for (struct worker* worker = all; worker; worker = worker->next)
    pthread_join(worker->thread, 0);
  return 0;
}
