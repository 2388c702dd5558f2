// The lock is there to take turns at the log file: every section writes.
// RUN: %check --rules racestyle-blocking-under-lock %s -- %cc | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static int fd;
void line(const char* text, unsigned long size) {
  pthread_mutex_lock(&mu);
  write(fd, text, size);
  pthread_mutex_unlock(&mu);
}
void flushed(const char* text, unsigned long size) {
  pthread_mutex_lock(&mu);
  write(fd, text, size);
  fsync(fd);
  pthread_mutex_unlock(&mu);
}
static int count;
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
void add(void) {
  pthread_mutex_lock(&other);
  printf("%d\n", ++count);
  pthread_mutex_unlock(&other);
}
