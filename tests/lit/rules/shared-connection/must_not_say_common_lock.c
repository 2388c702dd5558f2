// One connection, one lock around it.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

static sqlite3* db;
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;

static void insert(void) {
  pthread_mutex_lock(&mu);
  sqlite3_exec(db, "INSERT INTO t VALUES (1)", NULL, NULL, NULL);
  pthread_mutex_unlock(&mu);
}

static void* worker(void* argument) {
  insert();
  return argument;
}

int main(void) {
  sqlite3_open("a.db", &db);
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  insert();
  pthread_join(thread, NULL);
  sqlite3_close(db);
  return 0;
}
