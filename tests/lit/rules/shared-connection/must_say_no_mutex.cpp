// Opened without locks of its own, and used by two threads.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: error: the connection {{.+}} is used by {{.+}} without a common lock, and it was opened without locks of its own {{.*}}[racecourse-shared-connection]
#include <sqlite3.h>
#include <thread>

static void insert(sqlite3* db) {
  sqlite3_exec(db, "INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr);
}

int main() {
  sqlite3* db = nullptr;
  sqlite3_open_v2("a.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::thread first(insert, db), second(insert, db);
  first.join();
  second.join();
  sqlite3_close(db);
  return 0;
}
