// Repairs of a run's findings: proposes them (one more parse for each unit that has findings with a repair) and applies
// them. Writes whole files or nothing, only below the project's root, and never two edits into one place.
#pragma once

#include "checker/frontend/extract.h"
#include "checker/report/report.h"

#include <string>
#include <vector>

namespace racecourse::tool {

enum class FixMode { None, Safe, All };

/// A unit as far as its repairs need it.
struct FixUnit {
  frontend::CompileCommand command;
  std::vector<std::string> files; ///< all that it reads, absolute, sorted
};

/// One entry per finding of the report, in their order; most are empty.
std::vector<std::vector<report::Fix>> proposeReportFixes(const report::Report& report,
                                                         const std::vector<FixUnit>& units);

struct FixOutcome {
  std::size_t applied_count = 0; ///< fixes, not edits
  std::size_t file_count = 0;    ///< files that were written
  std::vector<std::string> left; ///< sentences about fixes that were not applied
  std::string problem;           ///< a sentence when a file could not be written
};

FixOutcome applyFixes(const report::Report& report, FixMode mode);

} // namespace racecourse::tool
