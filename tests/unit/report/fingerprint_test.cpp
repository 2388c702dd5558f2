#include "checker/report/fingerprint.h"

#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>

#include <set>

namespace racecourse::report {
namespace {

std::string one(const analysis::Finding& finding, std::string_view root = "/p") {
  return fingerprints({finding}, root).front();
}

TEST(Fingerprint, OutlivesMovedAndRewordedCode) {
  analysis::Finding moved = test::balanceRace();
  moved.place = test::place(1, 99, 7);
  moved.message = "said otherwise";
  moved.traces.clear();
  EXPECT_EQ(one(test::balanceRace()), one(moved));
}

// Computed apart from this code (sha256 of rule, newline, identity; the first half). A change of the recipe
// would orphan everybody's baselines.
TEST(Fingerprint, IsForEver) {
  EXPECT_EQ(one(test::balanceRace()), "23fac86cbb3a6130161fae9ef6769b58");
}

TEST(Fingerprint, TellsRulesAndIdentitiesApart) {
  analysis::Finding other_rule = test::balanceRace(), other_identity = test::balanceRace();
  other_rule.rule = "racecourse-check-then-act";
  other_identity.identity = "race Account::name_ worker main";
  EXPECT_EQ(std::set<std::string>({one(test::balanceRace()), one(other_rule), one(other_identity)}).size(),
            3u);
}

TEST(Fingerprint, EqualIdentitiesGetAnOrdinal) {
  const auto two = fingerprints({test::balanceRace(), test::balanceRace()}, "/p");
  EXPECT_EQ(two[0], one(test::balanceRace()));
  EXPECT_NE(two[0], two[1]);
}

TEST(Fingerprint, DoesNotKnowWhereTheProjectLies) {
  analysis::Finding here = test::balanceRace(), there = test::balanceRace();
  here.identity = "race counter@/home/ann/project/src/a.cpp";
  there.identity = "race counter@/srv/build/src/a.cpp";
  EXPECT_EQ(one(here, "/home/ann/project"), one(there, "/srv/build"));
}

} // namespace
} // namespace racecourse::report
