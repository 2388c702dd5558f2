// The baseline: findings that a team has seen and put off, by fingerprint, so that only new ones fail a pipeline. Kept in
// the repository: sorted, one finding a line, so that merges and reviews are easy. Fingerprints hold no line numbers, so
// edits around a finding do not bring it back. Values; reading and writing files is the caller's business.
#pragma once

#include "checker/report/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace racecourse::report {

struct BaselineEntry {
  std::string rule;
  std::string file; ///< as displayed when it was written; for people
  std::string fingerprint;
  std::string message;    ///< for people
  std::string confidence; ///< of the finding when it was written
  auto operator<=>(const BaselineEntry&) const = default;
};

struct Baseline {
  std::vector<BaselineEntry> entries; ///< sorted
};

/// The findings of a report.
Baseline baselineOf(const Report& report);

std::string writeBaseline(const Baseline& baseline);

/// Empty `problem`, or one sentence in which `name` stands for the file.
Baseline readBaseline(std::string_view text, const std::string& name, std::string& problem);

/// Takes the findings that the baseline knows out of the report and counts them there (Selection::baselined_count).
/// Returns the entries that fit no finding: they are fixed, and should be pruned. Only what was analysed can be fixed:
/// with failed units nothing is stale.
std::vector<BaselineEntry> applyBaseline(const Baseline& baseline, Report& report);

} // namespace racecourse::report
