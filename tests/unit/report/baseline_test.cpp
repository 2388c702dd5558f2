#include "checker/report/baseline.h"

#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace racecourse::report {
namespace {

class BaselineTest : public ::testing::Test {
protected:
  Report reportOf(std::vector<analysis::Finding> findings) {
    Report report{program_, {}, {}, "/p", "0.1.0"};
    report.selection.findings = std::move(findings);
    return report;
  }

  static analysis::Finding about(const std::string& identity) {
    analysis::Finding finding = test::balanceRace();
    finding.identity = identity;
    return finding;
  }

  const model::Unit program_ = test::programWithFiles({"/p/src/account.cpp", "/elsewhere/main.cpp"});
  std::string problem_;
};

TEST_F(BaselineTest, ReadsWhatItWrote) {
  const Baseline written = baselineOf(reportOf({about("b"), about("a")}));
  const std::string text = writeBaseline(written);
  EXPECT_EQ(readBaseline(text, "base.json", problem_).entries, written.entries);
  EXPECT_EQ(problem_, "");
  // A line for the head, one for each finding, one for the end: what reviews and merges work on.
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
}

TEST_F(BaselineTest, EmptyBaselineIsABaseline) {
  EXPECT_TRUE(readBaseline(writeBaseline({}), "base.json", problem_).entries.empty());
  EXPECT_EQ(problem_, "");
}

TEST_F(BaselineTest, KnownFindingsStayQuietAndNewOnesDoNot) {
  const Baseline baseline = baselineOf(reportOf({about("old")}));
  Report report = reportOf({about("old"), about("new")});
  EXPECT_TRUE(applyBaseline(baseline, report).empty());
  ASSERT_EQ(report.selection.findings.size(), 1u);
  EXPECT_EQ(report.selection.findings.front().identity, "new");
  EXPECT_EQ(report.selection.baselined_count, 1u);
}

TEST_F(BaselineTest, MovedLinesChangeNothing) {
  const Baseline baseline = baselineOf(reportOf({about("old")}));
  analysis::Finding moved = about("old");
  moved.place.line += 40;
  Report report = reportOf({moved});
  EXPECT_TRUE(applyBaseline(baseline, report).empty());
  EXPECT_TRUE(report.selection.findings.empty());
}

TEST_F(BaselineTest, FixedFindingsAreStaleUnlessSomethingWasNotAnalysed) {
  const Baseline baseline = baselineOf(reportOf({about("old")}));
  Report clean = reportOf({});
  EXPECT_EQ(applyBaseline(baseline, clean).size(), 1u);
  Report partial = reportOf({});
  partial.coverage.failed_units = 1;
  EXPECT_TRUE(applyBaseline(baseline, partial).empty());
}

TEST_F(BaselineTest, SaysWhatIsWrongWithAFile) {
  readBaseline("{", "base.json", problem_);
  EXPECT_TRUE(problem_.starts_with("base.json is not JSON")) << problem_;
  readBaseline("{\"schema\": \"racecourse-report/1\", \"findings\": []}", "base.json", problem_);
  EXPECT_TRUE(problem_.starts_with("base.json is no baseline")) << problem_;
  readBaseline("[]", "base.json", problem_);
  EXPECT_TRUE(problem_.starts_with("base.json is no baseline")) << problem_;
  readBaseline("{\"schema\": \"racecourse-baseline/1\", \"findings\": [3]}", "base.json", problem_);
  EXPECT_TRUE(problem_.starts_with("base.json: entry 1")) << problem_;
}

} // namespace
} // namespace racecourse::report
