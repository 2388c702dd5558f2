// Fixes are taken in the order of the findings; one that touches what an earlier one has changed is left for the next run,
// as a whole, since half a fix is a bug. Equal edits of two fixes (an #include that both need) count once.
#include "checker/tool/fix_run.h"

#include "checker/frontend/fixes.h"
#include "checker/report/paths.h"
#include "checker/tool/crash_guard.h"
#include "checker/tool/output.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unistd.h>

namespace racecourse::tool {
namespace {

namespace fs = llvm::sys::fs;

std::string textOf(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

std::pair<unsigned, unsigned> lineAndColumn(const std::string& text, unsigned offset) {
  const std::string_view before =
      std::string_view(text).substr(0, std::min<std::size_t>(offset, text.size()));
  const std::size_t newline = before.rfind('\n');
  return {
      static_cast<unsigned>(std::count(before.begin(), before.end(), '\n')) + 1,
      static_cast<unsigned>(newline == std::string_view::npos ? before.size() : before.size() - newline - 1) +
          1};
}

frontend::FixRequest requestFor(const report::Report& report, const analysis::Finding& finding) {
  frontend::FixRequest request{finding.rule, {}};
  const auto add = [&](const model::Place& place) {
    request.places.push_back({std::string(report::pathOf(report.program, place)), place.line, place.column});
  };
  add(finding.place);
  for (const analysis::Trace& trace : finding.traces)
    for (const analysis::TraceStep& step : trace.steps)
      add(step.place);
  return request;
}

/// The unit whose main file it is, otherwise the first that reads it.
const FixUnit* unitWith(const std::vector<FixUnit>& units, const std::string& file) {
  const FixUnit* reader = nullptr;
  for (const FixUnit& unit : units) {
    if (!std::binary_search(unit.files.begin(), unit.files.end(), file)) continue;
    if (unit.command.file == file) return &unit;
    if (!reader) reader = &unit;
  }
  return reader;
}

bool overlap(const report::Edit& a, const report::Edit& b) {
  if (a.file != b.file) return false;
  const unsigned a_end = a.offset_bytes + a.length_bytes, b_end = b.offset_bytes + b.length_bytes;
  if (a.offset_bytes == b.offset_bytes) return true; // also two insertions: their order would be chance
  return a.offset_bytes < b_end && b.offset_bytes < a_end;
}

bool same(const report::Edit& a, const report::Edit& b) {
  return std::tie(a.file, a.offset_bytes, a.length_bytes, a.text) ==
         std::tie(b.file, b.offset_bytes, b.length_bytes, b.text);
}

bool liesBelow(const std::string& file, const std::string& root) {
  llvm::SmallString<256> real_file, real_root;
  if (fs::real_path(file, real_file) || fs::real_path(root, real_root)) return false;
  const llvm::StringRef path(real_file);
  return path.size() > real_root.size() && path.substr(0, real_root.size()) == real_root &&
         (real_root.str().ends_with("/") || path[real_root.size()] == '/');
}

/// A new file in the old one's folder and under its name, with its permissions: nobody ever sees half of it.
std::string replaceSource(const std::string& named, const std::string& text) {
  llvm::SmallString<256> path; // behind a link lies the file
  if (fs::real_path(named, path)) return "'" + named + "' cannot be found.";
  const auto permissions = fs::getPermissions(path);
  llvm::SmallString<256> draft;
  int descriptor = -1;
  if (fs::createUniqueFile(path + ".racecourse-%%%%%%", descriptor, draft))
    return "'" + named + "' cannot be written: its folder takes no new file.";
  ::close(descriptor);
  std::string problem = writeFile(std::string(draft), text);
  if (problem.empty() && permissions) fs::setPermissions(draft, *permissions);
  if (problem.empty() && fs::rename(draft, path)) problem = "'" + named + "' cannot be replaced.";
  if (!problem.empty()) fs::remove(draft);
  return problem;
}

} // namespace

std::vector<std::vector<report::Fix>> proposeReportFixes(const report::Report& report,
                                                         const std::vector<FixUnit>& units) {
  const auto& findings = report.selection.findings;
  std::vector<std::vector<report::Fix>> fixes(findings.size());
  struct Work {
    std::vector<frontend::FixRequest> requests;
    std::vector<std::size_t> findings;
  };
  std::map<std::size_t, Work> per_unit;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!frontend::mayHaveFix(findings[i].rule)) continue;
    const frontend::FixRequest request = requestFor(report, findings[i]);
    // A finding may lie in several units; the one with its primary place is asked first, then those of its traces.
    std::set<const FixUnit*> asked;
    for (const frontend::FixPlace& place : request.places) {
      const FixUnit* unit = unitWith(units, place.file);
      if (!unit || !asked.insert(unit).second) continue;
      Work& work = per_unit[static_cast<std::size_t>(unit - units.data())];
      work.requests.push_back(request);
      work.findings.push_back(i);
    }
  }
  std::map<std::string, std::string> texts;
  for (const auto& [index, work] : per_unit) {
    std::vector<frontend::Fix> proposed;
    runGuarded([&] { proposed = frontend::proposeFixes(units[index].command, work.requests); });
    for (frontend::Fix& each : proposed) {
      std::vector<report::Fix>& of_finding = fixes[work.findings[each.request]];
      report::Fix fix{each.safe, std::move(each.says), {}};
      for (frontend::Edit& edit : each.edits) {
        const auto [text, is_new] = texts.try_emplace(edit.file);
        if (is_new) text->second = textOf(edit.file);
        const auto [line, column] = lineAndColumn(text->second, edit.offset);
        fix.edits.push_back({edit.file, line, column, edit.offset, edit.length, std::move(edit.text)});
      }
      if (of_finding.empty()) {
        of_finding.push_back(std::move(fix));
        continue;
      }
      // The same repair in another unit's files is one repair; edits of a shared header come once.
      report::Fix& first = of_finding.front();
      first.safe = first.safe && fix.safe;
      for (report::Edit& edit : fix.edits)
        if (std::ranges::none_of(first.edits,
                                 [&](const report::Edit& known) { return overlap(known, edit); }))
          first.edits.push_back(std::move(edit));
    }
  }
  return fixes;
}

FixOutcome applyFixes(const report::Report& report, FixMode mode) {
  FixOutcome outcome;
  std::map<std::string, std::vector<report::Edit>> accepted; // by file
  for (std::size_t i = 0; i < report.fixes.size(); ++i) {
    for (const report::Fix& fix : report.fixes[i]) {
      if (!fix.safe && mode != FixMode::All) continue;
      const auto leave = [&](const std::string& why) {
        const analysis::Finding& finding = report.selection.findings[i];
        outcome.left.push_back(
            report::displayPath(report::pathOf(report.program, finding.place), report.root) + ":" +
            std::to_string(finding.place.line) + ": not fixed, " + why);
      };
      const report::Edit* foreign = nullptr;
      bool clashes = false;
      for (const report::Edit& edit : fix.edits) {
        if (!liesBelow(edit.file, report.root)) foreign = &edit;
        for (const report::Edit& known : accepted[edit.file])
          clashes = clashes || (overlap(known, edit) && !same(known, edit));
      }
      if (foreign) {
        leave("'" + foreign->file + "' lies outside of the project");
        continue;
      }
      if (clashes) {
        leave("an earlier fix changes the same lines: run it again");
        continue;
      }
      for (const report::Edit& edit : fix.edits) {
        std::vector<report::Edit>& known = accepted[edit.file];
        if (std::ranges::none_of(known, [&](const report::Edit& each) { return same(each, edit); }))
          known.push_back(edit);
      }
      ++outcome.applied_count;
    }
  }
  for (auto& [file, edits] : accepted) {
    if (edits.empty()) continue;
    std::string text = textOf(file);
    // From the end, so that offsets stay what they were.
    std::ranges::sort(edits, std::ranges::greater(), [](const report::Edit& edit) {
      return std::pair(edit.offset_bytes,
                       edit.length_bytes); // what is inserted before a change comes before it
    });
    for (const report::Edit& edit : edits)
      if (edit.offset_bytes + edit.length_bytes <= text.size())
        text.replace(edit.offset_bytes, edit.length_bytes, edit.text);
    if (std::string problem = replaceSource(file, text); !problem.empty()) {
      outcome.problem = std::move(problem);
      return outcome;
    }
    ++outcome.file_count;
  }
  return outcome;
}

} // namespace racecourse::tool
