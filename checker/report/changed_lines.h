// Which lines a change touched, from a unified diff, and the findings that the change has to do with: those of which any
// step of any thread's way lies on a changed line. A filter on the primary line alone would lose half of every bug that
// spans files. Pure.
#pragma once

#include "checker/report/report.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace racecourse::report {

class ChangedLines {
public:
  /// From `git diff` output with any amount of context; paths are made absolute from `folder`. A file that was only deleted
  /// has no lines. Where lines were taken away, the lines on both sides count as changed: code that lost its lock is
  /// found there. Empty `problem`, or a sentence.
  static ChangedLines parse(std::string_view diff, const std::string& folder, std::string& problem);

  bool contains(std::string_view path, std::uint32_t line) const;
  bool empty() const { return ranges_.empty(); }

private:
  std::map<std::string, std::vector<std::pair<std::uint32_t, std::uint32_t>>, std::less<>>
      ranges_; ///< first and last line, both included
};

/// Drops the findings that no changed line has to do with and counts them (Selection::unchanged_count). Where the primary
/// place is not on a changed line but a step is, the finding moves there, so that a code host shows it in the review.
void keepChanged(const ChangedLines& changed, Report& report);

} // namespace racecourse::report
