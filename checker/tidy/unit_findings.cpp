#include "checker/tidy/unit_findings.h"

#include "checker/analysis/link.h"
#include "checker/analysis/solve.h"
#include "checker/analysis/thread_roots.h"
#include "checker/frontend/llvm_versions.h"
#include "checker/frontend/translate_unit.h"
#include "checker/report/source_text.h"
#include "checker/report/suppressions.h"
#include "checker/store/file_states.h"
#include "checker/store/program.h"
#include "checker/tidy/project_settings.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cstdlib>
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

/// The store that an earlier `racecourse check` left for this file; empty: none, or nobody wants it.
std::string storeOf(const std::string& main_file) {
  const char* named = std::getenv("RACECOURSE_STORE");
  const llvm::StringRef word(named ? named : "");
  if (word == "off") return {};
  return word.empty() ? store::findStore(llvm::sys::path::parent_path(main_file).str()) : word.str();
}

/// What an earlier run knows of this unit's program.
struct Known {
  std::optional<store::RunEntry> run; ///< nothing has changed since
  std::vector<model::Unit> units;     ///< otherwise: the other units, as far as they are still true
};

Known knownOf(const clang::SourceManager& sources, const std::string& main_file,
              const analysis::RuleOptions& options, const std::vector<std::string>& thread_roots) {
  Known known;
  const std::string path = storeOf(main_file);
  if (path.empty()) return known;
  const store::Folder folder(path);
  // Whatever is wrong with a store is told by `racecourse doctor`; here it means that there is none.
  const store::Folder::Got got = folder.get(store::Entry::Program, store::kProgramKey);
  const auto program = got.payload ? store::programFromPayload(*got.payload) : std::nullopt;
  if (!program) return known;
  store::FileStates states;
  const llvm::StringRef text = sources.getBufferData(sources.getMainFileID());
  states.give(main_file, frontend::contentHash({text.data(), text.size()}));
  if (program->thread_roots == thread_roots)
    known.run = store::findRun(folder, *program, analysis::allOptionsText(options), states);
  if (known.run || program->events > store::kMostEvents) return known;
  known.units = store::otherUnits(folder, *program, main_file, states).units;
  return known;
}

/// Keeps what has to do with the files that this host has read. A finding whose place it has not read is shown at
/// another of its places, so that the host cannot know of a comment that silences it there.
void keepOwn(UnitFindings& result, const clang::SourceManager& sources) {
  std::vector<bool> is_own;
  for (const model::File& file : result.program.files)
    is_own.push_back(!file.system && frontend::fileAt(sources, file.path).isValid());
  const auto isOwn = [&](const model::Place& place) { return place.file && is_own[place.file.value]; };
  report::SourceText texts;
  std::erase_if(result.findings, [&](const analysis::Finding& finding) {
    if (isOwn(finding.place)) return false;
    const bool passes_here = std::ranges::any_of(finding.traces, [&](const analysis::Trace& trace) {
      return std::ranges::any_of(trace.steps,
                                 [&](const analysis::TraceStep& step) { return isOwn(step.place); });
    });
    return !passes_here || !finding.place.file ||
           report::isSuppressed(texts.lines(result.program[finding.place.file].path), finding.place.line,
                                finding.rule);
  });
}

std::shared_ptr<const UnitFindings> run(clang::ASTContext& context, const analysis::RuleOptions& options,
                                        bool use_store) {
  auto result = std::make_shared<UnitFindings>();
  // A unit with errors has holes where the bugs may be; the host has shown the errors.
  if (context.getDiagnostics().hasUncompilableErrorOccurred()) return result;
  const std::string main_file = mainFile(context);
  const std::shared_ptr<const ProjectSettings> settings = settingsFor(main_file);
  if (!settings->problem.empty()) {
    result->problem = "nothing was checked: " + settings->problem;
    return result;
  }
  Known known;
  if (use_store) known = knownOf(context.getSourceManager(), main_file, options, settings->thread_roots);
  const bool is_alone = !known.run && known.units.empty();
  if (known.run) {
    result->program.files = std::move(known.run->files);
    result->findings = std::move(known.run->findings);
  } else {
    model::Unit& unit = known.units.emplace_back();
    unit.main_file = main_file;
    frontend::translateUnit(context, frontend::topLevelOf(context), *settings->models, unit);
    result->program = analysis::link(std::move(known.units));
    analysis::addThreadRoots(result->program, settings->thread_roots);
    result->findings = analysis::solve(result->program, {.rules = options}).findings;
  }
  if (!is_alone) keepOwn(*result, context.getSourceManager());
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
                                               const analysis::RuleOptions& options, bool use_store) {
  // The checks of one unit live and die together, so an address can come again only after the findings are gone.
  thread_local std::weak_ptr<const UnitFindings> last;
  thread_local const clang::ASTContext* last_context = nullptr;
  if (std::shared_ptr<const UnitFindings> found = last.lock(); found && last_context == &context)
    return found;
  std::shared_ptr<const UnitFindings> fresh = run(context, options, use_store);
  last = fresh;
  last_context = &context;
  return fresh;
}

} // namespace racecourse::tidy
