// Used before the thread starts and after it was joined.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <sqlite3.h>
#include <thread>

int main() {
  sqlite3* db = nullptr;
  sqlite3_open_v2("a.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  sqlite3_exec(db, "CREATE TABLE t (x)", nullptr, nullptr, nullptr);
  std::thread worker([db] { sqlite3_exec(db, "INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr); });
  worker.join();
  sqlite3_exec(db, "DELETE FROM t", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  return 0;
}
