// A loop that takes one lock after the other, and one that gives its lock back in every round.
// RUN: %check %s -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>

enum { parts = 4 };
static pthread_mutex_t locks[parts], one = PTHREAD_MUTEX_INITIALIZER;
static int made;

static void* makes(void* unused) {
  (void)unused;
  for (int i = 0; i < parts; ++i)
    pthread_mutex_lock(&locks[i]);
  made += 1;
  for (int i = 0; i < parts; ++i)
    pthread_mutex_unlock(&locks[i]);
  for (int i = 0; i < parts; ++i) {
    pthread_mutex_lock(&one);
    if (i == 2) {
      pthread_mutex_unlock(&one);
      continue;
    }
    pthread_mutex_unlock(&one);
  }
  return 0;
}

int main(void) {
  pthread_t maker;
  for (int i = 0; i < parts; ++i)
    pthread_mutex_init(&locks[i], 0);
  pthread_create(&maker, 0, makes, 0);
  pthread_join(maker, 0);
  return made;
}
