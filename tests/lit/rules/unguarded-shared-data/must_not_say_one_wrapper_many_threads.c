// One wrapper starts threads of different kinds. Each kind is alone with its variable.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
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

static long bytes_read, bytes_written;

static void reader(void) { bytes_read++; }
static void writer(void) { bytes_written++; }

int main(void) {
  pthread_t in = start(reader), out = start(writer);
  pthread_join(in, 0);
  pthread_join(out, 0);
  return 0;
}
