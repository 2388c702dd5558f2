// A connection for each thread, under one name; and an interrupt, which is meant to come from elsewhere.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <sqlite3.h>
#include <thread>

thread_local sqlite3* db = nullptr;
sqlite3* long_query = nullptr;

static void worker() {
  sqlite3_open("a.db", &db);
  sqlite3_exec(db, "INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

int main() {
  sqlite3_open("b.db", &long_query);
  std::thread first(worker), second(worker);
  std::thread runs([] { sqlite3_exec(long_query, "SELECT 1", nullptr, nullptr, nullptr); });
  sqlite3_interrupt(long_query);
  first.join();
  second.join();
  runs.join();
  sqlite3_close(long_query);
  return 0;
}
