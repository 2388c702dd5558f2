// One wrapper, one kind of thread, two of them.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: {{error|warning}}: `bytes_read` is updated by thread entry() {{.+}}[racecourse-unguarded-shared-data]
#include <pthread.h>

static void* entry(void* real) {
  ((void (*)(void))real)();
  return 0;
}

static pthread_t start(void (*run)(void)) {
  pthread_t thread;
  pthread_create(&thread, 0, entry, run);
  return thread;
}

static long bytes_read;

static void reader(void) { bytes_read++; }

int main(void) {
  pthread_t one = start(reader), two = start(reader);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return 0;
}
