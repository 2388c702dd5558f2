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

#include <string_view>
#include <vector>

namespace racecourse::report {

/// True if a NOLINT comment silences `rule` on line `number` (from 1) of a file with these lines. O(size of
/// the file).
bool isSuppressed(const std::vector<std::string_view>& lines, std::size_t number, std::string_view rule);

} // namespace racecourse::report
