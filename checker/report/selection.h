// Which findings are shown: the wanted rules, at least the wanted confidence, not silenced in the code;
// sorted, each once. What is left out is counted, because a report has to say so. Reads source files only
// through SourceText.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/report/rule_globs.h"

#include <cstddef>
#include <vector>

namespace racecourse::report {

class SourceText;

struct Wanted {
  RuleGlobs rules{"*"};
  analysis::Confidence least_confidence = analysis::Confidence::Medium;
};

struct Selection {
  std::vector<analysis::Finding> findings;   ///< by path, line, column, rule, message; no two equal
  std::vector<analysis::Finding> suppressed; ///< silenced by NOLINT; in the same order
  std::size_t below_confidence_count = 0;
  std::size_t baselined_count = 0; ///< known to the baseline
  std::size_t unchanged_count = 0; ///< no changed line has to do with them
};

/// Findings of unwanted rules are dropped without being counted: nobody asked for them.
Selection select(const model::Unit& program, std::vector<analysis::Finding> findings, const Wanted& wanted,
                 SourceText& sources);

/// The path of the file that a place is in; empty when unknown.
std::string_view pathOf(const model::Unit& program, const model::Place& place);

} // namespace racecourse::report
