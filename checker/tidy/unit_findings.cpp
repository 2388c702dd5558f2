#include "checker/tidy/unit_findings.h"

#include "checker/analysis/link.h"
#include "checker/analysis/solve.h"
#include "checker/frontend/models.h"
#include "checker/frontend/translate_unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

#include <tuple>

namespace racecourse::tidy {

namespace {

/// The compiled-in models; they are read once per process.
const std::shared_ptr<const frontend::Models>& models() {
  static const std::shared_ptr<const frontend::Models> kModels = [] {
    std::string problem;
    return frontend::Models::load({}, problem);
  }();
  return kModels;
}

std::string mainFile(clang::ASTContext& context) {
  const clang::SourceManager& sources = context.getSourceManager();
  llvm::SmallString<256> path(sources.getBufferName(sources.getLocForStartOfFile(sources.getMainFileID())));
  sources.getFileManager().makeAbsolutePath(path);
  llvm::sys::path::remove_dots(path, true);
  return std::string(path.str());
}

std::shared_ptr<const UnitFindings> run(clang::ASTContext& context, const analysis::RuleOptions& options) {
  auto result = std::make_shared<UnitFindings>();
  // A unit with errors has holes where the bugs may be; the host has shown the errors.
  if (context.getDiagnostics().hasUncompilableErrorOccurred() || !models()) return result;
  std::vector<model::Unit> units(1);
  units.front().main_file = mainFile(context);
  frontend::translateUnit(context, frontend::topLevelOf(context), *models(), units.front());
  result->program = analysis::link(std::move(units));
  result->findings = analysis::solve(result->program, {.rules = options}).findings;
  // The same sentence about the same place is the same news.
  auto same = [](const analysis::Finding& a, const analysis::Finding& b) {
    return std::tie(a.place, a.rule, a.message) == std::tie(b.place, b.rule, b.message);
  };
  result->findings.erase(std::unique(result->findings.begin(), result->findings.end(), same),
                         result->findings.end());
  return result;
}

} // namespace

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
