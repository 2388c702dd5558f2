// One half of the users takes the lock.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: the connection {{.+}} is used by{{.*}}[racecourse-shared-connection]
#include <mutex>
#include <sqlite3.h>
#include <thread>

std::mutex mu;

int main() {
  sqlite3* db = nullptr;
  sqlite3_open("a.db", &db);
  std::thread worker([db] {
    std::lock_guard lock(mu);
    sqlite3_exec(db, "INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr);
  });
  sqlite3_exec(db, "DELETE FROM t", nullptr, nullptr, nullptr);
  worker.join();
  sqlite3_close(db);
  return 0;
}
