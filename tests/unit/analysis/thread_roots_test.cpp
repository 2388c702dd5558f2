#include "checker/analysis/thread_roots.h"

#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

constexpr std::string_view kModel = R"(
global hits
function onRequest
  update hits
function onTimer
  read hits
function main
)";

std::vector<Finding> racesWith(const std::vector<std::string>& roots, std::vector<std::string>& unmatched) {
  model::Parsed parsed = model::parse(kModel);
  EXPECT_TRUE(parsed.unit.has_value()) << parsed.failure;
  std::vector<model::Unit> units;
  units.push_back(std::move(*parsed.unit));
  model::Unit program = link(std::move(units));
  unmatched = addThreadRoots(program, roots);
  std::vector<Finding> races;
  for (Finding& finding : solve(program).findings)
    if (finding.rule == "racecourse-unguarded-shared-data" && finding.confidence <= Confidence::Medium)
      races.push_back(std::move(finding));
  return races;
}

TEST(ThreadRoots, NobodyCallsThemUntilTheUserSaysSo) {
  std::vector<std::string> unmatched;
  EXPECT_TRUE(racesWith({}, unmatched).empty());
  EXPECT_EQ(racesWith({"onRequest"}, unmatched).size(), 1U) << "several requests at a time";
  EXPECT_TRUE(unmatched.empty());
}

TEST(ThreadRoots, ReadersAloneDoNotRace) {
  std::vector<std::string> unmatched;
  EXPECT_TRUE(racesWith({"onTimer"}, unmatched).empty());
  EXPECT_FALSE(racesWith({"onTimer", "onRequest"}, unmatched).empty());
}

TEST(ThreadRoots, NamesThatFitNothingComeBack) {
  std::vector<std::string> unmatched;
  EXPECT_TRUE(racesWith({"onRequests"}, unmatched).empty());
  EXPECT_EQ(unmatched, std::vector<std::string>{"onRequests"});
}

} // namespace
} // namespace racecourse::analysis
