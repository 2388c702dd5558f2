#include "checker/report/hygiene.h"

#include "checker/report/source_text.h"
#include "checker/report/suppressions.h"
#include "tests/unit/report/sample.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

constexpr const char* kRace = "racecourse-unguarded-shared-data";

struct Asked {
  bool complete = true;
  bool is_shown = true;
  unsigned line = 1; ///< of the one finding
};

/// What is said about a file with these lines, as "LINE:COLUMN word of the message …".
std::string said(const std::string& text, Asked asked = {}) {
  test::TemporaryFolder folder;
  const model::Unit program = test::programWithFiles({folder.put("a.cpp", text)});
  analysis::Finding finding = test::balanceRace();
  finding.place.line = asked.line;
  HygieneQuestion question;
  question.rules = {"racecourse-lock-leak", kRace, "racestyle-manual-lock", kSuppressionHygiene};
  question.complete = asked.complete;
  question.is_shown = [&](const analysis::Finding&) { return asked.is_shown; };
  SourceText sources;
  std::string result;
  for (const analysis::Finding& problem :
       suppressionProblems(program, std::span(&finding, 1), question, sources)) {
    const char* kind = problem.message.find("is no rule") != std::string::npos   ? "unknown"
                       : problem.message.find("not needed") != std::string::npos ? "unused"
                                                                                 : "bare";
    result += (result.empty() ? "" : " ") + std::to_string(problem.place.line) + ":" +
              std::to_string(problem.place.column) + " " + kind;
  }
  return result;
}

TEST(Hygiene, BareOnlyWhereItSilencesUs) {
  EXPECT_EQ(said("x; // NOLINT\ny; // NOLINT\n"), "1:7 bare");
  EXPECT_EQ(said("// NOLINTNEXTLINE\nx;\n", {.line = 2}), "1:4 bare");
  EXPECT_EQ(said("// NOLINTBEGIN\nx;\n// NOLINTEND\n", {.line = 2}), "1:4 bare");
  EXPECT_EQ(said("x; // NOLINT(*)\n"), "1:7 bare");
  EXPECT_EQ(said("x; // NOLINT\n", {.is_shown = false}), "") << "nobody would have seen it";
}

TEST(Hygiene, UnusedItemsOfOurs) {
  EXPECT_EQ(said("x; // NOLINT(racecourse-unguarded-shared-data)\n"), "");
  EXPECT_EQ(said("x; // NOLINT(racecourse-*)\n"), "");
  EXPECT_EQ(said("x; // NOLINT(racecourse-lock-leak)\n"), "1:7 unused");
  EXPECT_EQ(said("x; // NOLINT(bugprone-x, racecourse-lock-leak,racecourse-unguarded-*)\n"), "1:7 unused");
  EXPECT_EQ(said("// NOLINTBEGIN(racecourse-*)\nx;\n", {.line = 2}), "1:4 unused")
      << "a block without an end";
  EXPECT_EQ(said("x; // NOLINT(racecourse-lock-leak)\n", {.complete = false}), "");
  EXPECT_EQ(said("x; // NOLINT(racestyle-suppression-hygiene)\n"), "");
  EXPECT_EQ(said("x; // NOLINT(bugprone-x)\n"), "");
}

TEST(Hygiene, UnknownNamesOfOurs) {
  EXPECT_EQ(said("x; // NOLINT(racecourse-lock-leek)\n"), "1:7 unknown");
  EXPECT_EQ(said("x; // NOLINT(racecourse-lock-leek)\n", {.complete = false}), "1:7 unknown");
  EXPECT_EQ(said("x; // NOLINT(racecourse-lok-*, racestyle-x)\n"), "1:7 unknown 1:7 unknown");
}

TEST(Hygiene, IsSilencedByNameOnly) {
  const std::vector<std::string_view> bare = {"x; // NOLINT", "y; // NOLINT(*)", "z; // NOLINT(racestyle-*)"};
  EXPECT_FALSE(isSuppressed(bare, 1, kSuppressionHygiene));
  EXPECT_FALSE(isSuppressed(bare, 2, kSuppressionHygiene));
  EXPECT_TRUE(isSuppressed(bare, 3, kSuppressionHygiene));
}

} // namespace
} // namespace racecourse::report
