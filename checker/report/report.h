// What every format is written from: the findings to show, in their order, and what was and was not looked
// at. A value that borrows the program (for its file table); not to be kept longer than that.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/report/fix.h"
#include "checker/report/selection.h"

#include <string>
#include <string_view>

namespace racecourse::report {

inline constexpr std::string_view kToolName = "racecourse";

struct Report {
  const model::Unit& program; ///< places refer to its file table
  Selection selection;
  analysis::Coverage coverage;
  std::string
      root; ///< project root: absolute, normal, no slash at its end; paths below it are shown relative
  std::string version;                   ///< of the tool
  std::vector<std::vector<Fix>> fixes{}; ///< empty, or one entry per finding of the selection
};

/// For people and machines alike: "error", "warning", "note".
std::string_view nameOf(analysis::Severity severity);
/// "high", "medium", "low".
std::string_view nameOf(analysis::Confidence confidence);

} // namespace racecourse::report
