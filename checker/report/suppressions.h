// Which findings the author of the code has silenced: clang-tidy's NOLINT comments, in all their forms and
// with the same meaning, so that one comment serves every door.
//
//   NOLINT            this line, every rule          NOLINT(globs)          this line, the rules that the
//   globs name NOLINTNEXTLINE    the line after                 NOLINTNEXTLINE(globs) NOLINTBEGIN …
//   NOLINTEND, both with equal globs or both without: the lines from one to the other, both included
//
// NOLINT() silences nothing. A BEGIN without its END, or the reverse, silences nothing. Pure over the lines
// given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::report {

/// The rule about these comments. It is silenced by name only: a bare NOLINT is what it complains of.
extern const std::string_view kSuppressionHygiene;

/// One comment and the lines it covers. A BEGIN without its END covers none: first_line > last_line.
struct Suppression {
  std::size_t line = 0, column = 0; ///< of the word, from 1; of a block: of its BEGIN
  std::size_t first_line = 0, last_line = 0;
  std::optional<std::string> rules; ///< between the parentheses; none: a bare comment
};

/// In the order of the file. O(size of the file).
std::vector<Suppression> suppressionsOf(const std::vector<std::string_view>& lines);

/// True if a NOLINT comment silences `rule` on line `number` (from 1) of a file with these lines. O(size of
/// the file).
bool isSuppressed(const std::vector<std::string_view>& lines, std::size_t number, std::string_view rule);

} // namespace racecourse::report
