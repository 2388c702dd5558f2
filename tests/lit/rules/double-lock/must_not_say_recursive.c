// A mutex made recursive by its attributes, and C11's mtx_recursive.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <threads.h>

static pthread_mutex_t mu;
static mtx_t other;

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&mu, &attributes);
  pthread_mutex_lock(&mu);
  pthread_mutex_lock(&mu);
  pthread_mutex_unlock(&mu);
  pthread_mutex_unlock(&mu);
  mtx_init(&other, mtx_plain | mtx_recursive);
  mtx_lock(&other);
  mtx_lock(&other);
  mtx_unlock(&other);
  mtx_unlock(&other);
  return 0;
}
