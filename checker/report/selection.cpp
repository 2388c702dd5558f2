#include "checker/report/selection.h"

#include "checker/report/source_text.h"
#include "checker/report/suppressions.h"

#include <algorithm>
#include <tuple>

namespace racecourse::report {

std::string_view pathOf(const model::Unit& program, const model::Place& place) {
  return place.file.valid() && place.file.value < program.files.size()
             ? std::string_view(program.files[place.file.value].path)
             : std::string_view();
}

Selection select(const model::Unit& program, std::vector<analysis::Finding> findings, const Wanted& wanted,
                 SourceText& sources) {
  Selection selection;
  const auto key = [&](const analysis::Finding& f) {
    return std::make_tuple(pathOf(program, f.place), f.place.line, f.place.column, std::string_view(f.rule),
                           std::string_view(f.message), std::string_view(f.identity));
  };
  std::sort(findings.begin(), findings.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  // One cause, one finding: the same sentence about the same place is the same news, whatever led there.
  findings.erase(std::unique(findings.begin(), findings.end(),
                             [](const auto& a, const auto& b) {
                               return a.place == b.place && a.rule == b.rule && a.message == b.message;
                             }),
                 findings.end());
  for (analysis::Finding& finding : findings) {
    if (!wanted.rules.contains(finding.rule)) continue;
    if (isSuppressed(sources.lines(std::string(pathOf(program, finding.place))), finding.place.line,
                     finding.rule))
      selection.suppressed.push_back(std::move(finding));
    else if (finding.confidence > wanted.least_confidence)
      ++selection.below_confidence_count;
    else
      selection.findings.push_back(std::move(finding));
  }
  return selection;
}

} // namespace racecourse::report
