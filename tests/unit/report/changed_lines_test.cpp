#include "checker/report/changed_lines.h"

#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

ChangedLines read(std::string_view diff) {
  std::string problem;
  ChangedLines changed = ChangedLines::parse(diff, "/p", problem);
  EXPECT_EQ(problem, "");
  return changed;
}

TEST(ChangedLines, AddedLinesWithAndWithoutContext) {
  const ChangedLines bare = read("--- a/src/a.cpp\n+++ b/src/a.cpp\n@@ -4,0 +5,2 @@ void f() {\n+x\n+y\n");
  EXPECT_FALSE(bare.contains("/p/src/a.cpp", 4));
  EXPECT_TRUE(bare.contains("/p/src/a.cpp", 5));
  EXPECT_TRUE(bare.contains("/p/src/a.cpp", 6));
  EXPECT_FALSE(bare.contains("/p/src/a.cpp", 7));
  EXPECT_FALSE(bare.contains("/p/src/b.cpp", 5));
  const ChangedLines context = read("+++ b/src/a.cpp\n@@ -4,2 +4,3 @@\n one\n+two\n three\n");
  EXPECT_FALSE(context.contains("/p/src/a.cpp", 4));
  EXPECT_TRUE(context.contains("/p/src/a.cpp", 5));
  EXPECT_FALSE(context.contains("/p/src/a.cpp", 6));
}

TEST(ChangedLines, WhereALineWentAwayItsNeighboursChanged) {
  // A lock_guard deleted from line 5: the code on both sides is what the change is about.
  const ChangedLines changed = read("+++ b/a.cpp\n@@ -5 +4,0 @@\n-  std::lock_guard guard(mutex);\n");
  EXPECT_TRUE(changed.contains("/p/a.cpp", 4));
  EXPECT_TRUE(changed.contains("/p/a.cpp", 5));
  EXPECT_FALSE(changed.contains("/p/a.cpp", 6));
}

TEST(ChangedLines, LinesThatLookLikeHeadsInsideAHunk) {
  const ChangedLines changed = read("+++ b/a.cpp\n@@ -1,0 +2,2 @@\n+++ b/other.cpp\n+++ x;\n");
  EXPECT_TRUE(changed.contains("/p/a.cpp", 2));
  EXPECT_TRUE(changed.contains("/p/a.cpp", 3));
  EXPECT_FALSE(changed.contains("/p/other.cpp", 2));
}

TEST(ChangedLines, SeveralFilesDeletedFilesAndOddNames) {
  const ChangedLines changed =
      read("+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n"
           "+++ \"b/s\\303\\274d \\\"x\\\".cpp\"\n@@ -0,0 +1 @@\n+a\n"
           "+++ b/with space.cpp\t\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n");
  EXPECT_TRUE(changed.contains("/p/s\xc3\xbc"
                               "d \"x\".cpp",
                               1));
  EXPECT_TRUE(changed.contains("/p/with space.cpp", 1));
}

TEST(ChangedLines, EmptyDiffAndBrokenHunk) {
  EXPECT_TRUE(read("").empty());
  std::string problem;
  ChangedLines::parse("+++ b/a.cpp\n@@ -x +1 @@\n", "/p", problem);
  EXPECT_NE(problem.find("cannot be read"), std::string::npos);
}

TEST(ChangedLines, AFindingStaysWhenAnyStepOfAnyThreadIsTouched) {
  const model::Unit program = test::programWithFiles({"/p/src/account.cpp", "/elsewhere/main.cpp"});
  Report report{program, {}, {}, "/p", "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  const model::Place step = report.selection.findings[0].traces[1].steps[0].place;
  const std::string head = "+++ /elsewhere/main.cpp\n@@ -0,0 +";
  keepChanged(read(head + std::to_string(step.line) + " @@\n+x\n"), report);
  ASSERT_EQ(report.selection.findings.size(), 1u);
  EXPECT_EQ(report.selection.findings[0].place, step); // moved to where the change is
  keepChanged(read(head + "900 @@\n+x\n"), report);
  EXPECT_TRUE(report.selection.findings.empty());
  EXPECT_EQ(report.selection.unchanged_count, 1u);
}

} // namespace
} // namespace racecourse::report
