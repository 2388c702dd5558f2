// Waits for threads and holds a lock that they do not need; and one for a thread that said that it is done.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static int sum, done;

static void* adds(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  sum += 1;
  pthread_mutex_unlock(&mutex);
  return 0;
}

static void* says_so(void* unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  done = 1;
  pthread_mutex_unlock(&mutex);
  return 0;
}

int main(void) {
  pthread_t worker, reporter;
  pthread_create(&worker, 0, adds, 0);
  pthread_create(&reporter, 0, says_so, 0);
  pthread_mutex_lock(&other);
  pthread_join(worker, 0);
  pthread_mutex_unlock(&other);
  pthread_mutex_lock(&mutex);
  if (done) pthread_join(reporter, 0);
  pthread_mutex_unlock(&mutex);
  return 0;
}
