// Detached by attribute, by itself, joined through a copy, joined elsewhere.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_t kept;
struct worker {
  pthread_t thread;
};

static void* work(void* argument) {
  return argument;
}

static void* alone(void* argument) {
  pthread_detach(pthread_self());
  return argument;
}

static void stop(struct worker* worker) {
  pthread_join(worker->thread, NULL);
}

int main(void) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t first, second, third;
  pthread_create(&first, &attributes, work, NULL);
  pthread_create(&second, NULL, alone, NULL);
  pthread_create(&third, NULL, work, NULL);
  kept = third;
  pthread_join(kept, NULL);
  struct worker worker;
  pthread_create(&worker.thread, NULL, work, NULL);
  stop(&worker);
  return 0;
}
