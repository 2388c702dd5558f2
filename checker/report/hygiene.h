// racestyle-suppression-hygiene: what is wrong with the NOLINT comments themselves. Here and not in the analysis, because
// only the whole result tells which comment silences something.
//
// Three kinds: a comment without a list that silences a finding of ours; an item that begins like one of our rules and is
// none; an item that names our rules and silences nothing. What other tools' names do is not judged. Reads sources
// through SourceText only. Cost: one pass over the program's files, then O(comments × findings of their file).
#pragma once

#include "checker/analysis/finding.h"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace racecourse::report {

class SourceText;

struct HygieneQuestion {
  std::vector<std::string_view> rules; ///< the ids there are
  /// Every unit of the program was analysed, so a comment that silences nothing is not needed.
  bool complete = true;
  /// The finding would be shown if no comment silenced it.
  std::function<bool(const analysis::Finding&)> is_shown;
};

/// `findings`: all of them, also those that are not wanted or not certain enough: a comment may be there for another run.
std::vector<analysis::Finding> suppressionProblems(const model::Unit& program,
                                                   std::span<const analysis::Finding> findings,
                                                   const HygieneQuestion& question, SourceText& sources);

} // namespace racecourse::report
