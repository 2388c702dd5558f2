// From findings to repairs: each request's places are looked up in the unit, the functions around them found, and the
// repairs for its rule tried in order. The first whose shape fits is taken.
#include "checker/frontend/fixes.h"

#include "checker/frontend/fixes_source.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace racecourse::frontend {

using namespace clang;

namespace {

using Repair = std::optional<FixResult> (*)(const FixSource&, const Sites&, FixDraft&);

struct Row {
  std::string_view rule;
  Repair repair;
};

constexpr Row kRepairs[] = {
    {"racecourse-lock-leak", guardForManualLock},
    {"racestyle-manual-lock", guardForManualLock},
    {"racecourse-lock-order-inversion", scopedLockForGuards},
    {"racecourse-check-then-act", oneCriticalSection},
    {"racecourse-unjoined-thread", joiningThread},
    {"racecourse-wait-without-predicate", waitWithPredicate},
    {"racecourse-escaping-reference", copiedCaptures},
};

class FunctionFinder : public RecursiveASTVisitor<FunctionFinder> {
public:
  FunctionFinder(const FixSource& source, const std::vector<FoundPlace>& places)
      : source_(source), places_(places), found_(places.size(), nullptr) {}

  bool shouldVisitLambdaBody() const { return true; }

  bool VisitFunctionDecl(FunctionDecl* function) {
    if (!function->doesThisDeclarationHaveABody()) return true;
    for (std::size_t i = 0; i < places_.size(); ++i)
      // Functions inside of functions come later: the innermost stays.
      if (source_.covers(function->getBody()->getSourceRange(), places_[i])) found_[i] = function;
    return true;
  }

  bool VisitLambdaExpr(LambdaExpr* lambda) { return VisitFunctionDecl(lambda->getCallOperator()); }

  const std::vector<const FunctionDecl*>& found() const { return found_; }

private:
  const FixSource& source_;
  const std::vector<FoundPlace>& places_;
  std::vector<const FunctionDecl*> found_;
};

class Consumer : public ASTConsumer {
public:
  Consumer(std::span<const FixRequest> requests, std::vector<Fix>& fixes)
      : requests_(requests), fixes_(fixes) {}

  bool shouldSkipFunctionBody(Decl* decl) override {
    const SourceManager& sources = decl->getASTContext().getSourceManager();
    return sources.isInSystemHeader(sources.getExpansionLoc(decl->getLocation()));
  }

  void HandleTranslationUnit(ASTContext& context) override {
    if (!context.getDiagnostics().hasErrorOccurred()) fixes_ = proposeFixes(context, requests_);
  }

private:
  std::span<const FixRequest> requests_;
  std::vector<Fix>& fixes_;
};

class Action : public ASTFrontendAction {
public:
  Action(std::span<const FixRequest> requests, std::vector<Fix>& fixes)
      : requests_(requests), fixes_(fixes) {}

  bool BeginInvocation(CompilerInstance& instance) override {
    instance.getFrontendOpts().SkipFunctionBodies = true; // asks the consumer, body by body
    instance.getDiagnosticOpts().IgnoreWarnings = true;
    instance.getDiagnosticOpts().ShowCarets = false; // no "2 errors generated" on our standard error
    instance.getDiagnostics().setIgnoreAllWarnings(true);
    return true;
  }
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<Consumer>(requests_, fixes_);
  }

private:
  std::span<const FixRequest> requests_;
  std::vector<Fix>& fixes_;
};

} // namespace

bool mayHaveFix(std::string_view rule) {
  return llvm::any_of(kRepairs, [&](const Row& row) { return row.rule == rule; });
}

std::vector<Fix> proposeFixes(ASTContext& context, std::span<const FixRequest> requests) {
  const FixSource source(context);
  std::vector<FoundPlace> places;
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!mayHaveFix(requests[i].rule)) continue;
    for (const FixPlace& place : requests[i].places) {
      if (const std::optional<FoundPlace> found = source.find(place)) {
        places.push_back(*found);
        owners.push_back(i);
      }
    }
  }
  std::vector<Fix> fixes;
  if (places.empty()) return fixes;
  FunctionFinder finder(source, places);
  finder.TraverseDecl(context.getTranslationUnitDecl());

  for (std::size_t i = 0; i < requests.size(); ++i) {
    Sites sites;
    for (std::size_t p = 0; p < places.size(); ++p)
      if (owners[p] == i && finder.found()[p]) sites.push_back({finder.found()[p], places[p]});
    if (sites.empty()) continue;
    for (const Row& row : kRepairs) {
      if (row.rule != requests[i].rule) continue;
      FixDraft draft(source);
      const std::optional<FixResult> result = row.repair(source, sites, draft);
      if (!result || !draft.ok()) continue;
      std::vector<Edit> edits = draft.take();
      if (edits.empty()) continue;
      fixes.push_back({i, result->safe, result->says, std::move(edits)});
      break;
    }
  }
  return fixes;
}

std::vector<Fix> proposeFixes(const CompileCommand& command, std::span<const FixRequest> requests) {
  std::vector<Fix> fixes;
  auto system = llvm::vfs::createPhysicalFileSystem();
  if (system->setCurrentWorkingDirectory(command.directory)) return fixes;
  auto files = llvm::makeIntrusiveRefCnt<FileManager>(
      FileSystemOptions(), llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>(std::move(system)));
  IgnoringDiagConsumer silent;
  tooling::ToolInvocation invocation(command.arguments, std::make_unique<Action>(requests, fixes),
                                     files.get());
  invocation.setDiagnosticConsumer(&silent);
  if (!invocation.run()) return {};
  return fixes;
}

} // namespace racecourse::frontend
