// Joined under the test that it was started under; and what runs when it could not be started.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static int result;

static void* works(void* unused) {
  (void)unused;
  result = 42;
  return 0;
}

static void by_argument(int many) {
  pthread_t worker;
  if (many) pthread_create(&worker, 0, works, 0);
  if (many) pthread_join(worker, 0);
  result += 1;
}

static void by_flag(int many) {
  pthread_t worker;
  int started = 0;
  if (many) {
    started = 1;
    pthread_create(&worker, 0, works, 0);
  }
  if (started) pthread_join(worker, 0);
  result += 1;
}

static void by_outcome(void) {
  pthread_t worker;
  int failure = pthread_create(&worker, 0, works, 0);
  if (failure == 0) pthread_join(worker, 0);
  result += 1;
}

int main(int count, char** words) {
  (void)words;
  by_argument(count - 1);
  by_flag(count - 1);
  by_outcome();
  pthread_t worker;
  if (pthread_create(&worker, 0, works, 0) != 0) {
    result = 1;
    return 1;
  }
  pthread_join(worker, 0);
  return result;
}
