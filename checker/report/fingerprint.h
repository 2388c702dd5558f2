// A name for a finding that outlives edits around it: made from what the finding is about (Finding::identity:
// rule, locks, variables, functions), never from lines, columns, messages or where the project lies on disk.
// Findings of one report that are about the same things are told apart by their ordinal in the report's
// order.
#pragma once

#include "checker/analysis/finding.h"

#include <string>
#include <string_view>
#include <vector>

namespace racecourse::report {

/// One fingerprint per finding, 32 hexadecimal digits, all different. `root` is the project's root.
std::vector<std::string> fingerprints(const std::vector<analysis::Finding>& findings, std::string_view root);

} // namespace racecourse::report
