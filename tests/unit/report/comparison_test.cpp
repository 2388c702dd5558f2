#include "checker/report/comparison.h"

#include "checker/report/json_report.h"
#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

std::string jsonWith(std::vector<std::string> identities, std::size_t failed_units = 0) {
  const model::Unit program = test::programWithFiles({"/p/src/account.cpp", "/elsewhere/main.cpp"});
  Report report{program, {}, {}, "/p", "0.1.0"};
  for (const std::string& identity : identities) {
    report.selection.findings.push_back(test::balanceRace());
    report.selection.findings.back().identity = identity;
  }
  report.coverage.failed_units = failed_units;
  return jsonReport(report);
}

TEST(Comparison, TellsIntroducedFixedAndSame) {
  std::string problem;
  const StoredReport before = readReport(jsonWith({"gone", "stays"}), "a.json", problem);
  const StoredReport after = readReport(jsonWith({"stays", "new"}), "b.json", problem);
  ASSERT_EQ(problem, "");
  const Comparison comparison = compare(before, after);
  EXPECT_EQ(comparison.introduced.size(), 1u);
  EXPECT_EQ(comparison.fixed.size(), 1u);
  EXPECT_EQ(comparison.same.size(), 1u);
  const std::string text = comparisonText(comparison, before, after);
  EXPECT_NE(text.find("introduced src/account.cpp:2:3: warning: "), std::string::npos) << text;
  EXPECT_NE(text.find("1 introduced, 1 fixed, 1 the same\n"), std::string::npos) << text;
}

TEST(Comparison, SaysThatAPartialReportCannotShowARepair) {
  std::string problem;
  const StoredReport before = readReport(jsonWith({"gone"}), "a.json", problem);
  const StoredReport after = readReport(jsonWith({}, 2), "b.json", problem);
  const Comparison comparison = compare(before, after);
  EXPECT_NE(comparisonText(comparison, before, after).find("the second report did not analyse 2 units"),
            std::string::npos);
  EXPECT_NE(comparisonJson(comparison, before, after).find("did not analyse 2 units"), std::string::npos);
}

TEST(Comparison, RefusesWhatIsNoReport) {
  std::string problem;
  readReport("nonsense", "a.json", problem);
  EXPECT_TRUE(problem.starts_with("a.json is not JSON")) << problem;
  readReport("{}", "a.json", problem);
  EXPECT_TRUE(problem.starts_with("a.json is no report")) << problem;
}

} // namespace
} // namespace racecourse::report
