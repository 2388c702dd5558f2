// A global connection, opened in the ordinary way: single calls are safe, what belongs together is not.
// RUN: %check %s --rules='racecourse-*' -- %cc | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: the connection `db` is used by {{.+}}; single calls are safe, but transactions{{.*}}[racecourse-shared-connection]
#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

static sqlite3* db;

static void* worker(void* argument) {
  sqlite3_exec(db, "INSERT INTO t VALUES (1)", NULL, NULL, NULL);
  return argument;
}

int main(void) {
  sqlite3_open("a.db", &db);
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  sqlite3_exec(db, "INSERT INTO t VALUES (2)", NULL, NULL, NULL);
  pthread_join(thread, NULL);
  sqlite3_close(db);
  return 0;
}
