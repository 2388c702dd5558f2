// The numbers still change after the flag was set.
// RUN: %check %s -- %cc | FileCheck %s 
// CHECK: {{error|warning}}: `total` is updated by the main thread {{.+}}[racecourse-unguarded-shared-data]
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t screen = PTHREAD_MUTEX_INITIALIZER;
static int enabled;
static long total;

static void* show(void* given) {
  for (int i = 0; i < 100; i++) {
    usleep(1000);
    if (enabled) {
      pthread_mutex_lock(&screen);
      if (total) write(1, ".", 1);
      pthread_mutex_unlock(&screen);
    }
  }
  return given;
}

static void enable(void) {
  pthread_mutex_lock(&screen);
  enabled = 1;
  pthread_mutex_unlock(&screen);
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, 0, show, 0);
  enable();
  for (int i = 0; i < 10; i++)
    total += i;
  pthread_join(thread, 0);
  return 0;
}
