// said: what the rules say about a model in text form; for the rule tests. A test names the rule and the weakest
// confidence it listens to (the default settings listen to high and medium).
#pragma once

#include "checker/analysis/link.h"
#include "checker/analysis/solve.h"
#include "checker/model/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::analysis {

inline Result solved(std::string_view text) {
  model::Parsed parsed = model::parse(text);
  EXPECT_TRUE(parsed.unit.has_value()) << parsed.failure;
  if (!parsed.unit) return {};
  std::vector<model::Unit> units;
  units.push_back(std::move(*parsed.unit));
  return solve(link(std::move(units)));
}

inline std::vector<Finding> said(std::string_view text, std::string_view rule,
                                 Confidence weakest = Confidence::Medium) {
  std::vector<Finding> findings;
  for (Finding& finding : solved(text).findings) {
    if (finding.rule == rule && finding.confidence <= weakest) findings.push_back(std::move(finding));
  }
  return findings;
}

inline std::string shown(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.rule + " line " + std::to_string(finding.place.line) + " confidence " +
            std::to_string(static_cast<int>(finding.confidence)) + ": " + finding.message + "\n";
    for (const Trace& trace : finding.traces) {
      text += "  " + trace.thread + "\n";
      for (const TraceStep& step : trace.steps) {
        text += "    line " + std::to_string(step.place.line) + " " + step.message + " {";
        for (const std::string& lock : step.held) {
          text += " " + lock;
        }
        text += " }\n";
      }
    }
    for (const std::string& note : finding.notes) {
      text += "  note: " + note + "\n";
    }
  }
  return text;
}

inline bool hasNote(const Finding& finding, std::string_view part) {
  return std::any_of(finding.notes.begin(), finding.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

inline bool mentions(const Finding& finding, std::string_view part) {
  return finding.message.find(part) != std::string::npos;
}

} // namespace racecourse::analysis
