#include "checker/analysis/practice_wording.h"

namespace racecourse::analysis {

Finding practice(const Facts& facts, std::string_view rule, Point at, Confidence confidence) {
  Finding finding;
  finding.rule = rule;
  finding.severity = Severity::Warning;
  finding.confidence = confidence;
  finding.place = facts.event(at).place;
  // Limits that were met elsewhere on the way here do not make a practice any better.
  if (confidence == Confidence::High && !facts.notes(facts.context(at.context).function).empty())
    finding.confidence = Confidence::Medium;
  return finding;
}

bool isJudged(const model::Function& function) {
  return !function.analysis_off && !function.in_system_header && !function.blocks.empty();
}

namespace {

bool matches(std::string_view glob, std::string_view name) {
  while (!glob.empty()) {
    if (glob.front() == '*') {
      for (std::size_t skip = 0; skip <= name.size(); ++skip) {
        if (matches(glob.substr(1), name.substr(skip))) return true;
      }
      return false;
    }
    if (name.empty() || glob.front() != name.front()) return false;
    glob.remove_prefix(1);
    name.remove_prefix(1);
  }
  return name.empty();
}

} // namespace

bool listMatches(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (!item.empty() && item.front() == ' ')
      item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ')
      item.remove_suffix(1);
    if (!item.empty() && matches(item, name)) return true;
  }
  return false;
}

} // namespace racecourse::analysis
