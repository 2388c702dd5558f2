// The functions that the threads run stand in a table.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static int total;

struct operation {
  const char* name;
  void (*run)(void);
};

static void add(void) {
  total++;
  // CHECK: {{error|warning}}: {{.*}}`total`{{.*}}[racecourse-unguarded-shared-data]
}
static void take(void) { total--; }

static const struct operation operations[] = {{"add", add}, {"take", take}};

static void* adder(void* unused) {
  (void)unused;
  operations[0].run();
  return 0;
}
static void* taker(void* unused) {
  (void)unused;
  operations[1].run();
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, adder, 0);
  pthread_create(&second, 0, taker, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
