// SELECT decides about INSERT or UPDATE, and another connection can change the table in between: by a prepared statement, by
// one call, through a flag, through functions of one's own, in two transactions.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-check'
#include <cstdlib>
#include <sqlite3.h>
#include <thread>
#include <vector>

void signUp(const char* path) {
  sqlite3* db = nullptr;
  sqlite3_open(path, &db);
  sqlite3_stmt* look = nullptr;
  sqlite3_prepare_v2(db, "SELECT 1 FROM users WHERE name = ?", -1, &look, nullptr);
  const bool known = sqlite3_step(look) == SQLITE_ROW;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: table `users` is asked and then changed, {{.*}} in `signUp` outside of one transaction; {{.*}}[racecourse-check-then-act]
  sqlite3_finalize(look);
  if (!known) {
    sqlite3_stmt* add = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO users(name) VALUES (?)", -1, &add, nullptr);
    sqlite3_step(add);
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: changes `users` here
    sqlite3_finalize(add);
  }
  sqlite3_close(db);
}

void sell(const char* path) {
  sqlite3* db = nullptr;
  sqlite3_open(path, &db);
  int left = 0;
  auto take = [](void* into, int, char** columns, char**) {
    *static_cast<int*>(into) = std::atoi(columns[0]);
    return 0;
  };
  sqlite3_exec(db, "select amount from stock where item = 7", take, &left, nullptr);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: table `stock` is asked and then changed, {{.*}}[racecourse-check-then-act]
  if (left > 0) sqlite3_exec(db, "update stock set amount = amount - 1 where item = 7", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

void reserve(const char* path) {
  sqlite3* db = nullptr;
  sqlite3_open(path, &db);
  sqlite3_stmt* look = nullptr;
  sqlite3_prepare_v2(db, "SELECT id FROM seats WHERE row = 1", -1, &look, nullptr);
  bool taken = false;
  if (sqlite3_step(look) == SQLITE_ROW) taken = true;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: table `seats` is asked and then changed, {{.*}}[racecourse-check-then-act]
  sqlite3_finalize(look);
  if (!taken) sqlite3_exec(db, "INSERT INTO seats(row) VALUES (1)", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

bool hasJob(sqlite3* db) {
  sqlite3_stmt* look = nullptr;
  sqlite3_prepare_v2(db, "SELECT count(*) FROM jobs", -1, &look, nullptr);
  sqlite3_step(look);
  const int count = sqlite3_column_int(look, 0);
  sqlite3_finalize(look);
  return count > 0;
}

void addJob(sqlite3* db) { sqlite3_exec(db, "INSERT INTO jobs DEFAULT VALUES", nullptr, nullptr, nullptr); }

void schedule(const char* path) {
  sqlite3* db = nullptr;
  sqlite3_open(path, &db);
  if (!hasJob(db)) addJob(db);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: table `jobs` is asked and then changed, {{.*}}[racecourse-check-then-act]
  sqlite3_close(db);
}

void twice(const char* path) {
  sqlite3* db = nullptr;
  sqlite3_open(path, &db);
  int known = 0;
  auto take = [](void* into, int, char**, char**) {
    ++*static_cast<int*>(into);
    return 0;
  };
  sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
  sqlite3_exec(db, "SELECT name FROM hosts", take, &known, nullptr);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: table `hosts` is asked and then changed, {{.*}}[racecourse-check-then-act]
  sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  if (known == 0) {
    sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    sqlite3_exec(db, "INSERT INTO hosts VALUES ('here')", nullptr, nullptr, nullptr);
    sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  }
  sqlite3_close(db);
}

int main(int, char** argv) {
  std::vector<std::thread> requests;
  for (int i = 0; i < 2; ++i) {
    requests.emplace_back(signUp, argv[1]);
    requests.emplace_back(sell, argv[1]);
    requests.emplace_back(reserve, argv[1]);
    requests.emplace_back(schedule, argv[1]);
    requests.emplace_back(twice, argv[1]);
  }
  for (std::thread& request : requests)
    request.join();
}
// CHECK: 1 unit, {{.+}}, 5 findings{{$}}
