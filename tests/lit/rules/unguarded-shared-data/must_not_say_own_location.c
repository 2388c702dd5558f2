// Bit-fields with a zero-width one between them, or with a plain member, are locations of their own.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static struct {
  unsigned open : 1;
  unsigned : 0;
  unsigned dirty : 1;
  int count;
  unsigned last : 1;
} flags;

static void* opens(void* unused) {
  (void)unused;
  flags.open = 1;
  flags.count = 1;
  return 0;
}

static void* soils(void* unused) {
  (void)unused;
  flags.dirty = 1;
  flags.last = 1;
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, opens, 0);
  pthread_create(&second, 0, soils, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
