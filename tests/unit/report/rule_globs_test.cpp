#include "checker/report/rule_globs.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

TEST(RuleGlobs, StarStandsForAnyText) {
  EXPECT_TRUE(matchesGlob("*", ""));
  EXPECT_TRUE(matchesGlob("racecourse-*", "racecourse-lock-leak"));
  EXPECT_TRUE(matchesGlob("*-lock-*", "racecourse-double-lock-lock-x"));
  EXPECT_TRUE(matchesGlob("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(matchesGlob("a*b*c", "aXbYbZ"));
  EXPECT_FALSE(matchesGlob("racecourse-*", "racestyle-manual-lock"));
  EXPECT_FALSE(matchesGlob("lock", "lock-leak"));
  EXPECT_FALSE(matchesGlob("", "x"));
}

TEST(RuleGlobs, LastMatchDecides) {
  const RuleGlobs globs("racecourse-*, -racecourse-lock-*,racecourse-lock-leak");
  EXPECT_TRUE(globs.contains("racecourse-double-lock"));
  EXPECT_FALSE(globs.contains("racecourse-lock-order-inversion"));
  EXPECT_TRUE(globs.contains("racecourse-lock-leak"));
  EXPECT_FALSE(globs.contains("racestyle-manual-lock"));
}

TEST(RuleGlobs, NothingContainsNothing) {
  EXPECT_FALSE(RuleGlobs("").contains("racecourse-lock-leak"));
  EXPECT_TRUE(RuleGlobs(" , ").empty());
  EXPECT_FALSE(RuleGlobs("-*").contains("racecourse-lock-leak"));
}

TEST(RuleGlobs, NamesItsGlobs) {
  EXPECT_EQ(RuleGlobs("a*,-b").globs(), (std::vector<std::string>{"a*", "b"}));
}

} // namespace
} // namespace racecourse::report
