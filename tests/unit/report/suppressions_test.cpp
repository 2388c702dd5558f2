#include "checker/report/suppressions.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

constexpr std::string_view kLeak = "racecourse-lock-leak";

std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

/// The lines on which `rule` is silent, as "1 3".
std::string silentLines(std::string_view text, std::string_view rule = kLeak) {
  const auto lines = linesOf(text);
  std::string result;
  for (std::size_t number = 1; number <= lines.size(); ++number)
    if (isSuppressed(lines, number, rule)) result += (result.empty() ? "" : " ") + std::to_string(number);
  return result;
}

TEST(Suppressions, SameLine) {
  EXPECT_EQ(silentLines("a;\nb; // NOLINT\nc;"), "2");
  EXPECT_EQ(silentLines("b; /* NOLINT: the caller holds it */"), "1");
}

TEST(Suppressions, SameLineWithRules) {
  EXPECT_EQ(silentLines("b; // NOLINT(racecourse-lock-leak)"), "1");
  EXPECT_EQ(silentLines("b; // NOLINT(bugprone-foo, racecourse-lock-*)"), "1");
  EXPECT_EQ(silentLines("b; // NOLINT(racecourse-*,-racecourse-lock-leak)"), "");
  EXPECT_EQ(silentLines("b; // NOLINT(bugprone-foo)"), "");
  EXPECT_EQ(silentLines("b; // NOLINT()"), "");
  EXPECT_EQ(silentLines("b; // NOLINT(bugprone-foo) NOLINT(racecourse-lock-leak)"), "1");
}

TEST(Suppressions, UnclosedParenthesisIsText) {
  EXPECT_EQ(silentLines("b; // NOLINT(see below"), "1");
}

TEST(Suppressions, NextLine) {
  EXPECT_EQ(silentLines("// NOLINTNEXTLINE\nb;\nc;"), "2");
  EXPECT_EQ(silentLines("// NOLINTNEXTLINE(racecourse-lock-leak)\nb;\nc;"), "2");
  EXPECT_EQ(silentLines("// NOLINTNEXTLINE(racecourse-double-lock)\nb;\nc;"), "");
}

TEST(Suppressions, Block) {
  EXPECT_EQ(silentLines("a;\n// NOLINTBEGIN\nb;\nc;\n// NOLINTEND\nd;"), "2 3 4 5");
  EXPECT_EQ(silentLines("// NOLINTBEGIN(racecourse-*)\nb;\n// NOLINTEND(racecourse-*)\nd;"), "1 2 3");
  EXPECT_EQ(silentLines("// NOLINTBEGIN(racecourse-double-lock)\nb;\n// NOLINTEND(racecourse-double-lock)"),
            "");
}

TEST(Suppressions, BlocksNestByTheirText) {
  EXPECT_EQ(silentLines("// NOLINTBEGIN(racecourse-*)\n"
                        "// NOLINTBEGIN(bugprone-*)\n"
                        "b;\n"
                        "// NOLINTEND(racecourse-*)\n"
                        "c;\n"
                        "// NOLINTEND(bugprone-*)\n"),
            "1 2 3 4");
}

TEST(Suppressions, HalfABlockSilencesNothing) {
  EXPECT_EQ(silentLines("// NOLINTBEGIN\nb;\nc;"), "");
  EXPECT_EQ(silentLines("a;\n// NOLINTEND\nb;"), "");
  EXPECT_EQ(silentLines("// NOLINTBEGIN(racecourse-*)\nb;\n// NOLINTEND\n"), "");
}

TEST(Suppressions, OtherWordsAreNoMarks) {
  EXPECT_EQ(silentLines("b; // NOLINTER"), "");
  EXPECT_EQ(silentLines("int XNOLINT;"), "");
  EXPECT_EQ(silentLines("b; // nolint"), "");
}

TEST(Suppressions, LinesOutsideTheFile) {
  EXPECT_FALSE(isSuppressed({}, 1, kLeak));
  EXPECT_FALSE(isSuppressed({"x; // NOLINT"}, 0, kLeak));
  EXPECT_FALSE(isSuppressed({"x; // NOLINT"}, 2, kLeak));
}

} // namespace
} // namespace racecourse::report
