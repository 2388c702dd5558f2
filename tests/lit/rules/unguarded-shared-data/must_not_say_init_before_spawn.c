// The same in C, through a struct.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

struct config {
  int size;
  const char* name;
};

static struct config config;

static void* work(void* unused) {
  (void)unused;
  return config.size > 3 ? (void*)config.name : 0;
}

int main(void) {
  pthread_t threads[2];
  config.size = 5;
  config.name = "five";
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], 0, work, 0);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], 0);
  return 0;
}
