// `racecourse diff A.json B.json`: what a change introduced, fixed, and left, from two stored reports. For pipelines that
// keep the report of the main branch.
#pragma once

#include "checker/tool/options.h"

namespace racecourse::tool {

struct DiffOptions {
  std::string before, after; ///< files with racecourse-report/1
  bool json = false;
  bool exit_zero = false;
};

/// Adds the verb to `app`. `options` must live until the parsing is finished.
FinishVerb declareDiff(CLI::App& app, DiffOptions& options);

/// Prints the comparison. Ends with kExitFindings when something was introduced.
Refusal diff(const DiffOptions& options);

} // namespace racecourse::tool
