// The state at each probe as lines, for tests that look at a step of the analysis instead of at its findings:
//   a.cpp:12: here [main thread] must {mu_} may {mu_, other} with {there@thread worker()}
#pragma once

#include "checker/analysis/finding.h"

#include <string>

namespace racecourse::tool {

/// Lines sorted by path, line, label, thread.
std::string stateDump(const model::Unit& program, const std::vector<analysis::ProbeState>& probes,
                      const std::string& root);

} // namespace racecourse::tool
