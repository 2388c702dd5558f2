// Statements that look for themselves, one transaction around question and change (begun here, by a caller, by a class), one
// critical section, a database of one's own, and a change that has nothing to do with the question.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <cstdlib>
#include <mutex>
#include <sqlite3.h>
#include <thread>

std::mutex database;

static void run(sqlite3* db, const char* sql) { sqlite3_exec(db, sql, nullptr, nullptr, nullptr); }

static bool any(sqlite3* db) {
  sqlite3_stmt* look = nullptr;
  sqlite3_prepare_v2(db, "SELECT 1 FROM users", -1, &look, nullptr);
  const bool row = sqlite3_step(look) == SQLITE_ROW;
  sqlite3_finalize(look);
  return row;
}

void oneStatement(sqlite3* db) {
  int known = 0;
  auto take = [](void* into, int, char** columns, char**) {
    *static_cast<int*>(into) = std::atoi(columns[0]);
    return 0;
  };
  sqlite3_exec(db, "SELECT state FROM users WHERE id = 1", take, &known, nullptr);
  if (known != 0) return;
  sqlite3_exec(db, "INSERT OR IGNORE INTO users(id) VALUES (1)", nullptr, nullptr, nullptr);
  sqlite3_exec(db, "INSERT INTO users(id) VALUES (1) ON CONFLICT(id) DO NOTHING", nullptr, nullptr, nullptr);
  sqlite3_exec(db, "INSERT INTO users(id) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users)", nullptr, nullptr, nullptr);
  sqlite3_exec(db, "UPDATE users SET state = 1 WHERE id = 1 AND state = 0", nullptr, nullptr, nullptr);
  sqlite3_exec(db, "UPDATE users SET seen = 1 WHERE id = 1", nullptr, nullptr, nullptr); // of another column
  sqlite3_exec(db, "INSERT INTO log(text) VALUES ('new')", nullptr, nullptr, nullptr);   // of another table
}

void oneTransaction(sqlite3* db) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    if (!any(db)) sqlite3_exec(db, "INSERT INTO users(id) VALUES (1)", nullptr, nullptr, nullptr);
    sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  }
}

void addFirst(sqlite3* db) {
  if (!any(db)) sqlite3_exec(db, "INSERT INTO users(id) VALUES (1)", nullptr, nullptr, nullptr);
}

void callersTransaction(sqlite3* db) {
  sqlite3_exec(db, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr);
  addFirst(db);
  sqlite3_exec(db, "END", nullptr, nullptr, nullptr);
}

class Transaction {
public:
  explicit Transaction(sqlite3* db) : db_(db) { sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr); }
  ~Transaction() { sqlite3_exec(db_, "COMMIT", nullptr, nullptr, nullptr); }

private:
  sqlite3* db_;
};

void byClass(sqlite3* db) {
  Transaction transaction(db);
  if (!any(db)) sqlite3_exec(db, "INSERT INTO users(id) VALUES (2)", nullptr, nullptr, nullptr);
}

void byUnknownText(sqlite3* db) {
  run(db, "BEGIN IMMEDIATE");
  if (!any(db)) sqlite3_exec(db, "INSERT INTO users(id) VALUES (3)", nullptr, nullptr, nullptr);
  run(db, "COMMIT");
}

void critical(sqlite3* db) {
  std::lock_guard guard(database);
  if (!any(db)) sqlite3_exec(db, "INSERT INTO users(id) VALUES (4)", nullptr, nullptr, nullptr);
}

void ownDatabase(sqlite3*) {
  sqlite3* db = nullptr;
  sqlite3_open(":memory:", &db);
  int known = 0;
  auto take = [](void* into, int, char**, char**) {
    ++*static_cast<int*>(into);
    return 0;
  };
  sqlite3_exec(db, "SELECT id FROM users", take, &known, nullptr);
  if (known == 0) sqlite3_exec(db, "INSERT INTO users(id) VALUES (5)", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

void serve(const char* path) {
  sqlite3* db = nullptr;
  sqlite3_open(path, &db);
  oneStatement(db);
  oneTransaction(db);
  callersTransaction(db);
  byClass(db);
  critical(db);
  ownDatabase(db);
  byUnknownText(db); // the last: what follows it is not known to be outside of a transaction
  sqlite3_close(db);
}

int main(int, char** argv) {
  std::thread one(serve, argv[1]), other(serve, argv[1]);
  one.join();
  other.join();
}
