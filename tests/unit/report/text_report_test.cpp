#include "checker/report/text_report.h"

#include "checker/report/source_text.h"
#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

TEST(TextReport, GroupsTheStepsByThread) {
  const test::TemporaryFolder folder;
  const model::Unit program = test::programWithFiles(
      {folder.put("account.cpp", "// accounts\n  balance_ += amount;\n"), folder.path() + "/main.cpp"});
  Report report{program, {}, {}, folder.path(), "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  report.coverage.units = 2;
  report.coverage.functions = 5;
  report.coverage.locks = 1;
  SourceText sources;
  EXPECT_EQ(textReport(report, sources), "account.cpp:2:3: warning: Account::balance_ is written without mu_ "
                                         "[racecourse-unguarded-shared-data]\n"
                                         "    2 |   balance_ += amount;\n"
                                         "      |   ^\n"
                                         "  main thread:\n"
                                         "    account.cpp:1:1: note: calls Account::audit (holding no lock)\n"
                                         "    account.cpp:3:3: note: reads balance_ here (holding mu_)\n"
                                         "  thread worker():\n"
                                         "    main.cpp:8:2: note: spawned here (holding no lock)\n"
                                         "    account.cpp:2:3: note: writes balance_ here (holding no lock)\n"
                                         "  note: 3 of 4 accesses hold mu_\n"
                                         "  note: confidence: medium\n"
                                         "\n"
                                         "2 units, 5 functions, 1 lock, 1 finding\n"
                                         "more: racecourse explain racecourse-unguarded-shared-data\n");
}

TEST(TextReport, SaysWhatWasNotChecked) {
  const model::Unit program;
  Report report{program, {}, {}, "/p", "0.1.0"};
  report.coverage.units = 37;
  report.coverage.functions = 412;
  report.coverage.locks = 18;
  report.coverage.failed_units = 1;
  report.coverage.failures = {"/p/src/broken.cpp: it did not compile"};
  report.coverage.unresolved_calls = 3;
  report.coverage.notes = {"too many paths in f", "too many paths in g"};
  report.selection.suppressed.resize(1);
  report.selection.below_confidence_count = 2;
  SourceText sources;
  EXPECT_EQ(textReport(report, sources), "not checked:\n"
                                         "  src/broken.cpp: it did not compile\n"
                                         "  3 calls through pointers that could not be resolved\n"
                                         "  2 limits were met (-v lists them)\n"
                                         "1 finding silenced by NOLINT\n"
                                         "2 findings of lower confidence not shown (--confidence)\n"
                                         "37 units, 412 functions, 18 locks, 0 findings, 1 unit failed\n");
  const std::string verbose = textReport(report, sources, {.colour = false, .verbose = true});
  EXPECT_NE(verbose.find("  too many paths in g\n"), std::string::npos);
}

TEST(TextReport, ColoursOnlyWhenTold) {
  const model::Unit program = test::programWithFiles({"/p/a.cpp", "/p/b.cpp"});
  Report report{program, {}, {}, "/p", "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  SourceText sources;
  EXPECT_EQ(textReport(report, sources).find('\x1b'), std::string::npos);
  EXPECT_NE(textReport(report, sources, {.colour = true, .verbose = false}).find('\x1b'), std::string::npos);
}

TEST(TextReport, CaretStandsUnderTheMarkedCharacter) {
  const test::TemporaryFolder folder;
  // Two characters of two bytes and a tab stand before column 6 (byte 6 is `x`).
  const model::Unit program =
      test::programWithFiles({folder.put("a.cpp", "\xc3\xa4\xc3\xb6\tx = 1;\n"), "/p/b.cpp"});
  Report report{program, {}, {}, folder.path(), "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  report.selection.findings[0].place = test::place(0, 1, 6);
  SourceText sources;
  EXPECT_NE(textReport(report, sources).find("    1 | \xc3\xa4\xc3\xb6 x = 1;\n      |    ^\n"),
            std::string::npos);
}

TEST(TextReport, CutsLongLinesAroundTheColumn) {
  const test::TemporaryFolder folder;
  const model::Unit program = test::programWithFiles(
      {folder.put("a.cpp", std::string(5000, 'a') + "X" + std::string(5000, 'b')), "/p/b.cpp"});
  Report report{program, {}, {}, folder.path(), "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  report.selection.findings[0].place = test::place(0, 1, 5001);
  SourceText sources;
  const std::string text = textReport(report, sources);
  EXPECT_LT(text.size(), 1200u);
  const std::size_t quote = text.find(" | ");
  const std::size_t caret = text.find("^");
  const std::size_t caret_line = text.rfind('\n', caret);
  const std::size_t quote_line = text.rfind('\n', quote);
  EXPECT_EQ(text[quote_line + (caret - caret_line)], 'X');
}

TEST(TextReport, ShowsNoControlCharactersOfTheProgram) {
  const test::TemporaryFolder folder;
  const model::Unit program =
      test::programWithFiles({folder.put("a.cpp", "x;\n\x1b[31m y;\n"), "/p/b\x1b.cpp"});
  Report report{program, {}, {}, folder.path(), "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  report.selection.findings[0].message = "two\nlines";
  SourceText sources;
  const std::string text = textReport(report, sources);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("two lines ["), std::string::npos);
}

TEST(TextReport, UnknownPlacesHaveWords) {
  const model::Unit program;
  Report report{program, {}, {}, "/p", "0.1.0"};
  report.selection.findings = {test::balanceRace()};
  report.selection.findings[0].place = {};
  SourceText sources;
  EXPECT_EQ(textReport(report, sources).find("<unknown place>: warning: "), 0u);
}

} // namespace
} // namespace racecourse::report
