#include "checker/tidy/unit_findings.h"

#include "checker/analysis/link.h"
#include "checker/analysis/solve.h"
#include "checker/analysis/thread_roots.h"
#include "checker/frontend/translate_unit.h"
#include "checker/tidy/project_settings.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <tuple>

namespace racecourse::tidy {

namespace {

std::string mainFile(clang::ASTContext& context) {
  const clang::SourceManager& sources = context.getSourceManager();
  llvm::SmallString<256> path(sources.getBufferName(sources.getLocForStartOfFile(sources.getMainFileID())));
  sources.getFileManager().makeAbsolutePath(path);
  llvm::sys::path::remove_dots(path, true);
  return std::string(path.str());
}

frontend::FixPlace fixPlace(const model::Unit& program, const model::Place& place) {
  return {place.file ? program[place.file].path : std::string(), place.line, place.column};
}

std::vector<frontend::Fix> fixesOf(clang::ASTContext& context, const UnitFindings& unit) {
  std::vector<frontend::FixRequest> requests;
  for (const analysis::Finding& finding : unit.findings) {
    frontend::FixRequest request{finding.rule, {fixPlace(unit.program, finding.place)}};
    for (const analysis::Trace& trace : finding.traces)
      for (const analysis::TraceStep& step : trace.steps)
        request.places.push_back(fixPlace(unit.program, step.place));
    requests.push_back(std::move(request));
  }
  return frontend::proposeFixes(context, requests); // passes over rules that have none
}

std::shared_ptr<const UnitFindings> run(clang::ASTContext& context, const analysis::RuleOptions& options) {
  auto result = std::make_shared<UnitFindings>();
  // A unit with errors has holes where the bugs may be; the host has shown the errors.
  if (context.getDiagnostics().hasUncompilableErrorOccurred()) return result;
  const std::string main_file = mainFile(context);
  const std::shared_ptr<const ProjectSettings> settings = settingsFor(main_file);
  if (!settings->problem.empty()) {
    result->problem = "nothing was checked: " + settings->problem;
    return result;
  }
  std::vector<model::Unit> units(1);
  units.front().main_file = main_file;
  frontend::translateUnit(context, frontend::topLevelOf(context), *settings->models, units.front());
  result->program = analysis::link(std::move(units));
  analysis::addThreadRoots(result->program, settings->thread_roots);
  result->findings = analysis::solve(result->program, {.rules = options}).findings;
  // The same sentence about the same place is the same news.
  auto same = [](const analysis::Finding& a, const analysis::Finding& b) {
    return std::tie(a.place, a.rule, a.message) == std::tie(b.place, b.rule, b.message);
  };
  result->findings.erase(std::unique(result->findings.begin(), result->findings.end(), same),
                         result->findings.end());
  result->fixes = fixesOf(context, *result);
  return result;
}

} // namespace

const frontend::Fix* UnitFindings::fixOf(std::size_t finding) const {
  const auto at = std::ranges::lower_bound(fixes, finding, {}, &frontend::Fix::request);
  return at != fixes.end() && at->request == finding ? &*at : nullptr;
}

std::shared_ptr<const UnitFindings> findingsOf(clang::ASTContext& context,
                                               const analysis::RuleOptions& options) {
  // The checks of one unit live and die together, so an address can come again only after the findings are gone.
  thread_local std::weak_ptr<const UnitFindings> last;
  thread_local const clang::ASTContext* last_context = nullptr;
  if (std::shared_ptr<const UnitFindings> found = last.lock(); found && last_context == &context)
    return found;
  std::shared_ptr<const UnitFindings> fresh = run(context, options);
  last = fresh;
  last_context = &context;
  return fresh;
}

} // namespace racecourse::tidy
