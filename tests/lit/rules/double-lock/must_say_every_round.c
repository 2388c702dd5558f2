// A loop that takes the lock in every round and never gives it back.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
#include <pthread.h>

static pthread_spinlock_t spin;
static int made;

static void* makes(void* unused) {
  (void)unused;
  for (;;) {
    pthread_spin_lock(&spin);
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`spin` is locked{{.*}}[racecourse-double-lock]
    made += 1;
  }
  return 0;
}

int main(void) {
  pthread_t maker;
  pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
  pthread_create(&maker, 0, makes, 0);
  pthread_join(maker, 0);
  return made;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
