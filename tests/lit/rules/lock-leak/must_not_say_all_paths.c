// Every way out unlocks: by goto, in each branch, in each case, after each round.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int value;

int by_goto(int size) {
  int result = -1;
  pthread_mutex_lock(&mu);
  char* buffer = malloc((size_t)size);
  if (!buffer) goto out;
  result = 0;
  free(buffer);
out:
  pthread_mutex_unlock(&mu);
  return result;
}

int by_branch(int amount) {
  pthread_mutex_lock(&mu);
  if (value < amount) {
    pthread_mutex_unlock(&mu);
    return -1;
  }
  value -= amount;
  pthread_mutex_unlock(&mu);
  return 0;
}

int by_case(int command) {
  pthread_mutex_lock(&mu);
  switch (command) {
  case 0:
    value = 0;
    pthread_mutex_unlock(&mu);
    return 0;
  case 1:
    value = 1;
    break;
  default:
    break;
  }
  pthread_mutex_unlock(&mu);
  return value;
}

void by_round(int rounds) {
  while (rounds-- > 0) {
    pthread_mutex_lock(&mu);
    if (value > 100) {
      pthread_mutex_unlock(&mu);
      continue;
    }
    value++;
    pthread_mutex_unlock(&mu);
  }
}

void unlock_in_the_middle(void) {
  pthread_mutex_lock(&mu);
  while (value > 0) {
    pthread_mutex_unlock(&mu);
    by_round(1);
    pthread_mutex_lock(&mu);
    value--;
  }
  pthread_mutex_unlock(&mu);
}

int main(void) {
  by_goto(3);
  by_branch(2);
  by_case(1);
  unlock_in_the_middle();
  return 0;
}
