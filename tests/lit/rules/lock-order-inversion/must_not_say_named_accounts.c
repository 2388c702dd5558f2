// Two named accounts, locked in the order of their addresses.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

struct account {
  int balance;
  pthread_mutex_t mutex;
};
static struct account accounts[2];

static void transfer(struct account* from, struct account* to) {
  if (from == to) return;
  if (from < to) {
    pthread_mutex_lock(&from->mutex);
    pthread_mutex_lock(&to->mutex);
  } else {
    pthread_mutex_lock(&to->mutex);
    pthread_mutex_lock(&from->mutex);
  }
  from->balance -= 1;
  to->balance += 1;
  pthread_mutex_unlock(&to->mutex);
  pthread_mutex_unlock(&from->mutex);
}

static void* there(void* unused) {
  (void)unused;
  transfer(&accounts[0], &accounts[1]);
  return 0;
}

static void* back(void* unused) {
  (void)unused;
  transfer(&accounts[1], &accounts[0]);
  return 0;
}

int main(void) {
  pthread_t first, second;
  pthread_create(&first, 0, there, 0);
  pthread_create(&second, 0, back, 0);
  pthread_join(first, 0);
  pthread_join(second, 0);
  return 0;
}
