// The dining philosophers with the smaller number first, by a choice and by an exchange.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

enum { seats = 5 };
static pthread_mutex_t forks[seats];

static void* dines(void* seat) {
  int left = (int)(long)seat, right = (left + 1) % seats;
  int first = left < right ? left : right, second = left < right ? right : left;
  pthread_mutex_lock(&forks[first]);
  pthread_mutex_lock(&forks[second]);
  pthread_mutex_unlock(&forks[second]);
  pthread_mutex_unlock(&forks[first]);
  if (left > right) {
    int other = left;
    left = right;
    right = other;
  }
  pthread_mutex_lock(&forks[left]);
  pthread_mutex_lock(&forks[right]);
  pthread_mutex_unlock(&forks[right]);
  pthread_mutex_unlock(&forks[left]);
  return 0;
}

int main(void) {
  pthread_t guests[seats];
  for (int i = 0; i < seats; ++i)
    pthread_mutex_init(&forks[i], 0);
  for (long i = 0; i < seats; ++i)
    pthread_create(&guests[i], 0, dines, (void*)i);
  for (int i = 0; i < seats; ++i)
    pthread_join(guests[i], 0);
  return 0;
}
