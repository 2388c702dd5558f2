// The slow part stands after the section, or gives the lock back.
// RUN: %check --rules racestyle-blocking-under-lock %s -- %cc | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int count;
void save(int fd) {
  pthread_mutex_lock(&mu);
  int now = count;
  pthread_mutex_unlock(&mu);
  write(fd, &now, sizeof now);
}
static void slow(int fd) {
  pthread_mutex_unlock(&mu);
  fsync(fd);
  pthread_mutex_lock(&mu);
}
void both(int fd) {
  pthread_mutex_lock(&mu);
  slow(fd);
  count++;
  pthread_mutex_unlock(&mu);
}
