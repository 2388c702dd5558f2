// Each thread opens its own.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <sqlite3.h>
#include <thread>

static void worker() {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2("a.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK)
    sqlite3_exec(db, "INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

int main() {
  std::thread first(worker), second(worker);
  first.join();
  second.join();
  return 0;
}
