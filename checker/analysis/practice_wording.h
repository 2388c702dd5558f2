// practice_wording: what the practice rules share: how a finding of theirs begins, and which places of a program they look at.
// Pure; borrows the Facts for the call.
#pragma once

#include "checker/analysis/facts.h"

#include <string_view>

namespace racecourse::analysis {

/// A finding at the point, without message and identity. What was not resolved around the point lowers its confidence.
Finding practice(const Facts& facts, std::string_view rule, Point at, Confidence confidence);

/// The function's events are the program's own and meant to be judged.
bool isJudged(const model::Function& function);

/// Some item of the comma-separated list, in which `*` stands for any text, matches the name.
bool listMatches(std::string_view list, std::string_view name);

} // namespace racecourse::analysis
