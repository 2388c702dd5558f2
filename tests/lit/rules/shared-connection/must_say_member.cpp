// A connection in a member, used by a task and by its owner.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: the connection `Store::db_` is used by{{.*}}[racecourse-shared-connection]
#include <sqlite3.h>
#include <thread>

class Store {
public:
  Store() { sqlite3_open_v2("a.db", &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr); }
  ~Store() { sqlite3_close(db_); }
  void add() { sqlite3_exec(db_, "INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr); }

private:
  sqlite3* db_ = nullptr;
};

int main() {
  Store store;
  std::thread worker([&store] { store.add(); });
  store.add();
  worker.join();
  return 0;
}
