#include "checker/report/selection.h"

#include "checker/report/source_text.h"
#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

analysis::Finding finding(model::Place place, std::string rule,
                          analysis::Confidence confidence = analysis::Confidence::High) {
  analysis::Finding result;
  result.rule = std::move(rule);
  result.confidence = confidence;
  result.place = place;
  result.message = "m";
  return result;
}

TEST(Selection, OrdersByPathAndNotByFileNumber) {
  const model::Unit program = test::programWithFiles({"/p/z.cpp", "/p/a.cpp"});
  SourceText sources;
  const Selection selection = select(program,
                                     {finding(test::place(0, 1, 1), "r"), finding(test::place(1, 7, 1), "r"),
                                      finding(test::place(1, 2, 9), "r"), finding(test::place(1, 2, 9), "q")},
                                     {}, sources);
  ASSERT_EQ(selection.findings.size(), 4u);
  EXPECT_EQ(selection.findings[0].rule, "q");
  EXPECT_EQ(selection.findings[1].place, test::place(1, 2, 9));
  EXPECT_EQ(selection.findings[2].place, test::place(1, 7, 1));
  EXPECT_EQ(selection.findings[3].place, test::place(0, 1, 1));
}

TEST(Selection, SaysTheSameThingOnce) {
  const model::Unit program = test::programWithFiles({"/p/a.cpp"});
  SourceText sources;
  analysis::Finding other_identity = finding(test::place(0, 1, 1), "r");
  other_identity.identity = "reached from elsewhere";
  const Selection selection =
      select(program, {finding(test::place(0, 1, 1), "r"), other_identity}, {}, sources);
  EXPECT_EQ(selection.findings.size(), 1u);
}

TEST(Selection, CountsWhatItLeavesOut) {
  const test::TemporaryFolder folder;
  const model::Unit program =
      test::programWithFiles({folder.put("a.cpp", "x;\ny; // NOLINT(racecourse-a)\n")});
  SourceText sources;
  Wanted wanted;
  wanted.rules = RuleGlobs("racecourse-*");
  const Selection selection =
      select(program,
             {finding(test::place(0, 1, 1), "racecourse-a"), finding(test::place(0, 2, 1), "racecourse-a"),
              finding(test::place(0, 2, 1), "racecourse-b"), finding(test::place(0, 1, 1), "racestyle-c"),
              finding(test::place(0, 1, 2), "racecourse-a", analysis::Confidence::Low)},
             wanted, sources);
  EXPECT_EQ(selection.findings.size(), 2u);
  EXPECT_EQ(selection.suppressed.size(), 1u);
  EXPECT_EQ(selection.below_confidence_count, 1u);
}

TEST(Selection, LeastConfidenceIsIncluded) {
  const model::Unit program = test::programWithFiles({"/p/a.cpp"});
  SourceText sources;
  for (const auto& [least, expected] :
       {std::pair(analysis::Confidence::High, 1u), std::pair(analysis::Confidence::Medium, 2u),
        std::pair(analysis::Confidence::Low, 3u)}) {
    Wanted wanted;
    wanted.least_confidence = least;
    EXPECT_EQ(select(program,
                     {finding(test::place(0, 1, 1), "r", analysis::Confidence::High),
                      finding(test::place(0, 2, 1), "r", analysis::Confidence::Medium),
                      finding(test::place(0, 3, 1), "r", analysis::Confidence::Low)},
                     wanted, sources)
                  .findings.size(),
              expected);
  }
}

} // namespace
} // namespace racecourse::report
