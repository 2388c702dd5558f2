// The spawning loop counts from a constant, yet every thread gets another element.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

struct part {
  int id;
  long sum;
};

static void* work(void* given) {
  struct part* part = given;
  for (int i = 0; i < 100; i++)
    part->sum += i * part->id;
  return 0;
}

int main(void) {
  pthread_t threads[4];
  struct part parts[4];
  for (int i = 0; i < 4; i++) {
    parts[i].id = i;
    parts[i].sum = 0;
    pthread_create(&threads[i], 0, work, &parts[i]);
  }
  long sum = 0;
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], 0);
    sum += parts[i].sum;
  }
  return sum == 0;
}
