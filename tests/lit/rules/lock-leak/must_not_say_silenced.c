// The finding stands at the return that leaves with the lock held, so that is where it is silenced.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int balance;

void reserve(int amount) {
  pthread_mutex_lock(&mu);
  if (balance < amount) return; // NOLINT(racecourse-lock-leak) the caller gives it back
  balance -= amount;
  pthread_mutex_unlock(&mu);
}

int withdraw(int amount) {
  pthread_mutex_lock(&mu);
  if (balance < amount)
    // NOLINTNEXTLINE(racecourse-lock-leak) the caller gives it back
    return -1;
  balance -= amount;
  pthread_mutex_unlock(&mu);
  return 0;
}

int main(void) {
  reserve(1);
  return withdraw(3);
}
