// What statements in SQL do: which ask, which rely on an answer, which look for themselves.
#include "checker/frontend/sql.h"

#include <gtest/gtest.h>

namespace racecourse::frontend {
namespace {

using Kind = SqlStatement::Kind;
using Names = std::vector<std::string>;

SqlStatement one(std::string_view text) {
  const std::vector<SqlStatement> all = readSql(text);
  EXPECT_EQ(all.size(), 1u) << text;
  return all.empty() ? SqlStatement() : all.front();
}

TEST(Sql, QuestionsNameTheirTables) {
  EXPECT_EQ(one("SELECT a FROM users WHERE name = 'x'").tables, Names{"users"});
  EXPECT_EQ(one("select * from main.\"Users\" u join [Roles] r on u.id = r.id").tables,
            (Names{"users", "roles"}));
  EXPECT_EQ(one("SELECT a FROM one AS o, two t WHERE o.id = t.id").tables, (Names{"one", "two"}));
  EXPECT_EQ(one("SELECT (SELECT max(id) FROM inner_one) FROM outer_one").tables,
            (Names{"inner_one", "outer_one"}));
  EXPECT_EQ(one("WITH x AS (SELECT 1 FROM base) SELECT * FROM x").tables, (Names{"base", "x"}));
  EXPECT_EQ(one("SELECT 1").tables, Names());
  EXPECT_EQ(one("SELECT name FROM t WHERE text = 'a from b; c'").tables, Names{"t"});
}

TEST(Sql, AnInsertReliesOnAnEarlierLookUnlessItLooksItself) {
  EXPECT_EQ(one("INSERT INTO users(name) VALUES (?1)").kind, Kind::Change);
  EXPECT_EQ(one("insert into app.users values (:name)").tables, Names{"users"});
  for (const char* text :
       {"INSERT OR IGNORE INTO users VALUES (1)", "INSERT OR REPLACE INTO users VALUES (1)",
        "INSERT INTO users VALUES (1) ON CONFLICT(id) DO NOTHING", "REPLACE INTO users VALUES (1)",
        "INSERT INTO users SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users)",
        "WITH n(x) AS (SELECT 1) INSERT INTO users VALUES (1)"}) {
    EXPECT_EQ(one(text).kind, Kind::Settle) << text;
    EXPECT_EQ(one(text).tables, Names{"users"}) << text;
  }
}

TEST(Sql, AnUpdateLooksItselfWhenItsWhereIsAboutWhatItSets) {
  const SqlStatement plain = one("UPDATE seats SET taken = 1, by = max(?, 2) WHERE id = 3");
  EXPECT_EQ(plain.kind, Kind::Change);
  EXPECT_EQ(plain.tables, Names{"seats"});
  EXPECT_EQ(plain.words, (Names{"taken", "by"}));
  EXPECT_EQ(one("UPDATE seats SET taken = 1 WHERE id = 3 AND taken = 0").kind, Kind::Settle);
  EXPECT_EQ(one("UPDATE OR FAIL t SET version = version + 1, a = ? WHERE version = ?").kind, Kind::Settle);
  EXPECT_EQ(one("UPDATE OR FAIL t SET a = 1").tables, Names{"t"});
}

TEST(Sql, TransactionsBeginAndEnd) {
  for (const char* text : {"BEGIN", "begin immediate", "BEGIN EXCLUSIVE TRANSACTION", "SAVEPOINT a"})
    EXPECT_EQ(one(text).kind, Kind::Begin) << text;
  for (const char* text : {"COMMIT", "END TRANSACTION", "ROLLBACK", "RELEASE a"})
    EXPECT_EQ(one(text).kind, Kind::End) << text;
  EXPECT_EQ(one("ROLLBACK TO a").kind, Kind::Other);
}

TEST(Sql, SeveralStatementsAndOddities) {
  const std::vector<SqlStatement> all =
      readSql("BEGIN; -- a; comment\n SELECT a FROM t /* ; */ ; UPDATE t SET a = ';' WHERE b = 1 ;; COMMIT;");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].kind, Kind::Ask);
  EXPECT_EQ(all[2].words, Names{"a"});
  EXPECT_TRUE(decides(all[1], all[2]));
  EXPECT_TRUE(readSql("").empty());
  EXPECT_TRUE(readSql(" ; ").empty());
  // Broken text ends without harm.
  for (const char* text :
       {"SELECT", "SELECT a FROM", "INSERT", "INSERT INTO", "UPDATE", "UPDATE t SET", "SELECT 'open",
        "SELECT [open", "/* open", "PRAGMA x = 1", "UPDATE t SET a", "SELECT a FROM t,"})
    readSql(text);
}

TEST(Sql, AnAnswerDecidesAboutTheSameTableAndColumn) {
  const SqlStatement ask = one("SELECT balance FROM accounts WHERE id = 1");
  EXPECT_TRUE(decides(ask, one("UPDATE accounts SET balance = 3 WHERE id = 1")));
  EXPECT_FALSE(decides(ask, one("UPDATE accounts SET seen = 3 WHERE id = 1")));
  EXPECT_TRUE(decides(one("SELECT * FROM accounts"), one("UPDATE accounts SET seen = 3 WHERE id = 1")));
  EXPECT_TRUE(decides(ask, one("INSERT INTO accounts VALUES (1)")));
  EXPECT_FALSE(decides(ask, one("INSERT INTO log VALUES (1)")));
}

} // namespace
} // namespace racecourse::frontend
