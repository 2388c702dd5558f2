#include "checker/tool/state_dump.h"

#include "checker/report/paths.h"
#include "checker/report/selection.h"

#include <algorithm>
#include <tuple>

namespace racecourse::tool {
namespace {

std::string braced(const std::vector<std::string>& names) {
  std::string text = "{";
  for (const std::string& name : names)
    text += (text.size() > 1 ? ", " : "") + name;
  return text + "}";
}

} // namespace

std::string stateDump(const model::Unit& program, const std::vector<analysis::ProbeState>& probes,
                      const std::string& root) {
  std::vector<const analysis::ProbeState*> sorted;
  for (const analysis::ProbeState& probe : probes)
    sorted.push_back(&probe);
  const auto key = [&](const analysis::ProbeState* p) {
    return std::make_tuple(report::pathOf(program, p->place), p->place.line, p->place.column,
                           std::string_view(p->label), std::string_view(p->thread));
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&](auto* a, auto* b) { return key(a) < key(b); });
  std::string text;
  for (const analysis::ProbeState* probe : sorted) {
    text += report::displayPath(report::pathOf(program, probe->place), root) + ':' +
            std::to_string(probe->place.line) + ": " + probe->label + " [" +
            report::withoutRoot(probe->thread, root) + "] must " + braced(probe->must_held) + " may " +
            braced(probe->may_held) + " with " + braced(probe->may_run_with) + '\n';
  }
  return text;
}

} // namespace racecourse::tool
