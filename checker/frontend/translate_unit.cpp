// Functions are collected before any is translated: whose address is taken anywhere decides what may be called through
// a pointer, so the bodies come after all scans.
#include "checker/frontend/translate_unit.h"

#include "checker/frontend/llvm_versions.h"
#include "checker/frontend/translate.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace racecourse::frontend {

using namespace clang;

namespace {

/// Finds every function with a body, in source order, instantiations included.
class Collector {
public:
  Collector(UnitState& state, ASTContext& context) : state_(state), context_(context) {}

  void run(llvm::ArrayRef<Decl*> top_level) {
    for (Decl* d : top_level)
      decl(d);
    // Addresses taken anywhere decide what may be called through a pointer, so bodies come after all scans.
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      state_.locals.scan(variables_[i]->getInit(), variables_[i]);
      takeScanned();
    }
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      const FunctionDecl* f = functions_[i];
      if (!scanned_.contains(f)) state_.locals.scan(f->getBody(), f);
      takeScanned();
    }
    for (const FunctionDecl* f : functions_) {
      Translator translator(state_, f);
      state_.unit.functions.push_back(translator.translate(f->getBody()));
    }
    for (const VarDecl* v : variables_) {
      Translator translator(state_, nullptr);
      model::Function init = translator.translateInitialiser(v);
      if (!init.events.empty()) state_.unit.functions.push_back(std::move(init));
    }
    for (const FunctionDecl* f : declarations_) {
      if (seen_.contains(f)) continue;
      Translator translator(state_, f);
      state_.unit.functions.push_back(translator.declare());
    }
    if (state_.has_fence)
      for (model::Function& f : state_.unit.functions)
        for (model::Event& event : f.events)
          if (event.kind == model::EventKind::Access) event.flags &= ~model::kAccessRelaxed;
    // Functions of other units whose address this one takes may be called through pointers there too.
    std::vector<const FunctionDecl*> taken(state_.address_taken.begin(), state_.address_taken.end());
    std::vector<std::pair<model::EntityId, const FunctionDecl*>> ordered;
    for (const FunctionDecl* f : taken) {
      const FunctionDecl* definition = nullptr;
      if (f->hasBody(definition) && seen_.contains(definition)) continue;
      if (state_.names.inSystemHeader(f->getLocation()) || f->isDependentContext()) continue;
      ordered.push_back({state_.names.function(f), f});
    }
    std::sort(ordered.begin(), ordered.end(), [&](const auto& a, const auto& b) {
      return state_.unit.text(state_.unit[a.first].usr) < state_.unit.text(state_.unit[b.first].usr);
    });
    for (auto& [id, f] : ordered) {
      Translator translator(state_, f);
      state_.unit.functions.push_back(translator.declare());
    }
  }

private:
  void takeScanned() {
    for (const FunctionDecl* lambda : state_.locals.lambdas) {
      scanned_.insert(lambda);
      function(lambda);
    }
    state_.locals.lambdas.clear();
    for (const CXXRecordDecl* r : std::exchange(state_.locals.records, {}))
      record(r);
    for (const FunctionDecl* f : state_.locals.address_taken)
      state_.address_taken.insert(f->getCanonicalDecl());
    state_.locals.address_taken.clear();
  }

  void decl(Decl* d) {
    if (d->isInvalidDecl()) return;
    SourceLocation where = context_.getSourceManager().getExpansionLoc(d->getLocation());
    if (where.isValid() && context_.getSourceManager().isInSystemHeader(where) &&
        !isa<NamespaceDecl, LinkageSpecDecl>(d))
      return;
    if (auto* f = dyn_cast<FunctionDecl>(d)) return function(f);
    if (auto* t = dyn_cast<FunctionTemplateDecl>(d)) {
      for (FunctionDecl* f : t->specializations())
        function(f);
      return;
    }
    if (auto* t = dyn_cast<ClassTemplateDecl>(d)) {
      for (ClassTemplateSpecializationDecl* s : t->specializations())
        if (s->getSpecializationKind() != TSK_ExplicitSpecialization) record(s);
      return;
    }
    if (auto* r = dyn_cast<CXXRecordDecl>(d)) return record(r);
    if (auto* f = dyn_cast<FriendDecl>(d)) {
      if (NamedDecl* inner = f->getFriendDecl()) decl(inner);
      return;
    }
    if (auto* v = dyn_cast<VarDecl>(d)) {
      guards(v, [&] { return state_.names.variable(v); });
      return variable(v);
    }
    if (auto* f = dyn_cast<FieldDecl>(d)) return guards(f, [&] { return state_.names.field(f); });
    if (auto* t = dyn_cast<VarTemplateDecl>(d)) {
      for (VarTemplateSpecializationDecl* s : t->specializations())
        variable(s);
      return;
    }
    if (isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(d))
      for (Decl* inner : cast<DeclContext>(d)->decls())
        decl(inner);
  }

  /// GUARDED_BY and PT_GUARDED_BY, as paths from the object that holds the variable.
  template <typename Entity> void guards(const ValueDecl* variable, Entity entity) {
    if (!variable->hasAttr<GuardedByAttr>() && !variable->hasAttr<PtGuardedByAttr>()) return;
    Paths paths(state_.names, state_.locals);
    auto lock = [&](const Expr* arg) {
      std::optional<model::Path> path = paths.lock(arg);
      return path && path->root != model::RootKind::Unknown ? state_.unit.intern(*path) : model::PathId();
    };
    model::EntityId id = entity();
    if (const auto* a = variable->getAttr<GuardedByAttr>()) state_.unit[id].guarded_by = lock(a->getArg());
    if (const auto* a = variable->getAttr<PtGuardedByAttr>())
      state_.unit[id].pt_guarded_by = lock(a->getArg());
  }

  void record(const CXXRecordDecl* r) {
    if (!r->isThisDeclarationADefinition() || r->isDependentContext() || !records_.insert(r).second) return;
    for (Decl* d : r->decls())
      decl(d);
  }

  void function(const FunctionDecl* f) {
    if (f->isDependentContext() || f->isTemplated()) return;
    if (hasContracts(f) && declared_.insert(f->getCanonicalDecl()).second) {
      const FunctionDecl* definition = nullptr;
      if (!f->hasBody(definition)) declarations_.push_back(f);
    }
    if (const auto* method = dyn_cast<CXXMethodDecl>(f); method && method->isVirtual())
      state_.names.function(f);
    const FunctionDecl* definition = nullptr;
    if (!f->hasBody(definition) || definition->isDependentContext() || definition->isInvalidDecl()) return;
    if (definition->isDeleted() || state_.names.inSystemHeader(definition->getLocation())) return;
    if (definition->isDefaulted() && definition->isTrivial()) return;
    if (seen_.insert(definition).second) functions_.push_back(definition);
  }

  /// PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP and its like: the plain initialiser is zeros only.
  static bool initialisedToSomething(const Expr* init, ASTContext& context, unsigned depth = 0) {
    const auto* list = dyn_cast_or_null<InitListExpr>(init);
    if (!list) {
      Expr::EvalResult value;
      return init && !isa<ImplicitValueInitExpr>(init) && init->getType()->isIntegerType() &&
             !init->isValueDependent() && init->EvaluateAsInt(value, context) && value.Val.getInt() != 0;
    }
    return depth < 4 &&
           llvm::any_of(
               list->inits(),
               [&](const Expr* part) { return initialisedToSomething(part, context, depth + 1); });
  }

  void variable(const VarDecl* v) {
    if (v->isTemplated() || v->getType()->isDependentType()) return;
    if (v->getInit() && !v->getType()->isArrayType())
      if (TypeFacts facts = state_.names.facts(v->getType()); facts.model && facts.model->c_linkage &&
                                                              facts.lock == model::LockKind::Mutex &&
                                                              initialisedToSomething(v->getInit(), context_))
        state_.unit[state_.names.variable(v)].lock = model::LockKind::Unknown;
    const VarDecl* definition = v->getInitializingDeclaration();
    if (definition != v || !v->getInit()) return;
    if (!v->hasGlobalStorage()) return;
    variables_.push_back(v);
  }

  UnitState& state_;
  ASTContext& context_;
  std::vector<const FunctionDecl*> functions_, declarations_;
  std::vector<const VarDecl*> variables_;
  llvm::DenseSet<const FunctionDecl*> seen_, declared_, scanned_;
  llvm::DenseSet<const CXXRecordDecl*> records_;
};

} // namespace

std::vector<Decl*> topLevelOf(ASTContext& context) {
  std::vector<Decl*> all;
  for (Decl* scope : context.getTraversalScope()) {
    if (const auto* unit = dyn_cast<TranslationUnitDecl>(scope))
      all.insert(all.end(), unit->decls_begin(), unit->decls_end());
    else
      all.push_back(scope);
  }
  return all;
}

void translateUnit(ASTContext& context, llvm::ArrayRef<Decl*> top_level, const Models& models,
                   model::Unit& unit) {
  Names names(context, models, unit);
  Locals locals(names);
  Roles roles(names);
  UnitState state{names, locals, roles, unit, {}, false};
  Collector(state, context).run(top_level);
  const SourceManager& sm = context.getSourceManager();
  std::vector<std::string> files;
  for (auto it = sm.fileinfo_begin(); it != sm.fileinfo_end(); ++it) {
    llvm::SmallString<256> path(fileName(*it));
    sm.getFileManager().makeAbsolutePath(path);
    files.push_back(std::string(path));
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  unit.dependencies = std::move(files);
  for (unsigned i = 0, n = sm.local_sloc_entry_size(); i < n; ++i) {
    const SrcMgr::SLocEntry& entry = sm.getLocalSLocEntry(i);
    if (!entry.isFile() || SrcMgr::isSystem(entry.getFile().getFileCharacteristic())) continue;
    if (!entry.getFile().getContentCache().OrigEntry) continue; // predefined macros
    if (auto buffer = entry.getFile().getContentCache().getBufferIfLoaded())
      unit.lines += std::count(buffer->getBufferStart(), buffer->getBufferEnd(), '\n');
  }
}

} // namespace racecourse::frontend
