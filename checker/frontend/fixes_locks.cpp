// Repairs of how locks are taken: a guard for lock() and unlock() by hand, one std::scoped_lock for guards side by side, and
// one critical section for a check and its act.
//
// All three keep the order of everything but the lock operations. What comes to run under a lock that ran without before
// must not call into unknown code, which might want the same lock; where it would, there is no repair.
#include "checker/frontend/fixes_source.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>

namespace racecourse::frontend {

using namespace clang;

namespace {

const CXXRecordDecl* recordOf(QualType type) {
  if (type.isNull()) return nullptr;
  type = type.getNonReferenceType();
  if (type->isPointerType()) type = type->getPointeeType();
  return type->getAsCXXRecordDecl();
}

bool hasMethod(const CXXRecordDecl* record, llvm::StringRef name) {
  if (!record || !record->hasDefinition()) return false;
  for (const CXXMethodDecl* method : record->methods())
    if (method->getIdentifier() && method->getName() == name) return true;
  return llvm::any_of(record->bases(), [&](const CXXBaseSpecifier& base) {
    return hasMethod(base.getType()->getAsCXXRecordDecl(), name);
  });
}

/// Its state is more than the lock's: other calls on it, moves and waits count.
bool isMovableGuard(const CXXRecordDecl* record) {
  return record && record->getIdentifier() &&
         (record->getName() == "unique_lock" || record->getName() == "shared_lock");
}

std::string typeName(const FixSource& source, QualType type) {
  type = type.getNonReferenceType();
  if (type->isPointerType()) type = type->getPointeeType();
  PrintingPolicy policy(source.language());
  policy.adjustForCPlusPlus();
  policy.SuppressTagKeyword = true;
  return type.getUnqualifiedType().getAsString(policy);
}

/// A name that nothing in the function has.
std::string freeName(const FixSource& source, const FunctionDecl* function, const std::string& wish) {
  const std::string body = source.text(function->getBody());
  std::string name = wish;
  for (unsigned i = 2; body.find(name) != std::string::npos; ++i)
    name = wish + std::to_string(i);
  return name;
}

/// `mutex.lock()` or `mutex->unlock()`, written by hand.
struct HandCall {
  const CXXMemberCallExpr* call = nullptr;
  std::string lock; ///< what a guard takes: "mutex", "*mutex"
  bool locks = false;
};

std::optional<HandCall> handCall(const FixSource& source, const Stmt* stmt) {
  if (const auto* expr = dyn_cast_or_null<Expr>(stmt)) stmt = expr->IgnoreUnlessSpelledInSource();
  const auto* call = dyn_cast_or_null<CXXMemberCallExpr>(stmt);
  if (!call || call->getNumArgs() != 0) return std::nullopt;
  const auto* member = dyn_cast<MemberExpr>(call->getCallee()->IgnoreParenImpCasts());
  const CXXMethodDecl* method = call->getMethodDecl();
  if (!member || !method || !method->getIdentifier()) return std::nullopt;
  const bool locks = method->getName() == "lock";
  if (!locks && method->getName() != "unlock") return std::nullopt;
  const Expr* object = member->getBase()->IgnoreImpCasts();
  const CXXRecordDecl* record = recordOf(object->getType());
  if (!hasMethod(record, "lock") || !hasMethod(record, "unlock") || isMovableGuard(record))
    return std::nullopt;
  if (isa<CXXThisExpr>(object) || callsAnything(object)) return std::nullopt;
  const std::string text = source.text(object);
  if (text.empty()) return std::nullopt;
  return HandCall{call, (member->isArrow() ? "*" : "") + text, locks};
}

bool jumpsAbout(const Stmt* body) {
  bool jumps = false;
  forEachStatement(body, [&](const Stmt* each) {
    jumps = jumps || isa<GotoStmt, LabelStmt, IndirectGotoStmt, GCCAsmStmt, CoroutineBodyStmt>(each);
  });
  return jumps;
}

/// Leaves the function without running the user's code on the way.
bool plainlyLeaves(const Stmt* stmt) {
  if (const auto* result = dyn_cast<ReturnStmt>(stmt))
    return !result->getRetValue() || !callsAnything(result->getRetValue());
  if (const auto* expr = dyn_cast<Expr>(stmt)) {
    const auto* thrown = dyn_cast<CXXThrowExpr>(expr->IgnoreUnlessSpelledInSource());
    return thrown && !callsAnything(thrown);
  }
  return false;
}

bool mentions(const Stmt* stmt, const llvm::DenseSet<const Decl*>& declarations) {
  bool found = false;
  forEachStatement(
      stmt,
      [&](const Stmt* each) {
        if (const auto* name = dyn_cast<DeclRefExpr>(each))
          found = found || declarations.contains(name->getDecl());
      },
      /*in_lambdas=*/true);
  return found;
}

llvm::DenseSet<const Decl*> declaredDirectly(llvm::ArrayRef<const Stmt*> statements) {
  llvm::DenseSet<const Decl*> declared;
  for (const Stmt* each : statements)
    if (const auto* declaration = dyn_cast<DeclStmt>(each))
      declared.insert(declaration->decl_begin(), declaration->decl_end());
  return declared;
}

std::vector<const Stmt*> childrenOf(const CompoundStmt* block) {
  return {block->body_begin(), block->body_end()};
}

class ManualLock {
public:
  ManualLock(const FixSource& source, const FunctionDecl* function) : source_(source), function_(function) {}

  std::optional<FixResult> run(const FoundPlace& place, FixDraft& draft) {
    const Stmt* body = function_->getBody();
    if (jumpsAbout(body)) return std::nullopt;
    collect(body, nullptr, 0);
    for (const Site& site : sites_)
      if (site.call.locks && site.block && source_.onLineOf(site.call.call->getBeginLoc(), place))
        return guard(site, draft);
    return std::nullopt;
  }

private:
  struct Site {
    HandCall call;
    const CompoundStmt* block = nullptr; ///< none: not a statement of a block
    std::size_t index = 0;
  };

  void collect(const Stmt* stmt, const CompoundStmt* block, std::size_t index) {
    if (!stmt) return;
    if (const auto hand = handCall(source_, stmt)) {
      sites_.push_back({*hand, block, index});
      return;
    }
    if (const auto* inner = dyn_cast<CompoundStmt>(stmt)) {
      const auto children = childrenOf(inner);
      for (std::size_t i = 0; i < children.size(); ++i)
        collect(children[i], inner, i);
      return;
    }
    if (isa<LambdaExpr>(stmt)) return;
    for (const Stmt* child : stmt->children())
      collect(child, nullptr, 0);
  }

  static bool isBelow(const Stmt* outer, const Stmt* wanted) {
    bool below = false;
    forEachStatement(outer, [&](const Stmt* each) { below = below || each == wanted; });
    return below;
  }

  std::optional<FixResult> guard(const Site& lock, FixDraft& draft) {
    const auto children = childrenOf(lock.block);
    // The block's own release, and those before ways out.
    std::optional<std::size_t> last;
    std::vector<const Site*> before_exits;
    for (const Site& site : sites_) {
      if (&site == &lock || site.call.lock != lock.call.lock) continue;
      if (site.block == lock.block) {
        if (site.index < lock.index || last) continue; // another section of the same block
        if (site.call.locks) return std::nullopt;      // taken twice
        last = site.index;
      }
    }
    const std::size_t end = last.value_or(children.size());
    // Without a release of its own the section must end where the function does.
    if (!last && lock.block != function_->getBody()) return std::nullopt;
    for (const Site& site : sites_) {
      if (site.call.lock != lock.call.lock) continue;
      const Stmt* call = site.call.call;
      const bool is_inside = std::any_of(children.begin() + static_cast<long>(lock.index) + 1,
                                         children.begin() + static_cast<long>(end),
                                         [&](const Stmt* each) { return isBelow(each, call); });
      if (!is_inside) continue;
      if (site.call.locks || !site.block) return std::nullopt;
      const auto siblings = childrenOf(site.block);
      if (site.index + 1 >= siblings.size() || !plainlyLeaves(siblings[site.index + 1])) return std::nullopt;
      before_exits.push_back(&site);
    }
    if (!last && before_exits.empty()) return std::nullopt;
    if (namesLockElsewhere(lock, children, end)) return std::nullopt;

    const std::vector<const Stmt*> section(children.begin() + static_cast<long>(lock.index) + 1,
                                           children.begin() + static_cast<long>(end));
    const std::vector<const Stmt*> tail(
        children.begin() + static_cast<long>(std::min(end + 1, children.size())), children.end());
    // May the guard live to the end of the block?
    const bool to_end = tail.empty() || (tail.size() == 1 && plainlyLeaves(tail.front()));
    if (!to_end) {
      const auto declared = declaredDirectly(section);
      if (llvm::any_of(tail, [&](const Stmt* each) { return mentions(each, declared); })) return std::nullopt;
    }

    const Stmt* first = children[lock.index];
    const std::optional<TextRange> at = source_.statement(first);
    if (!at) return std::nullopt;
    const std::string name = freeName(source_, function_, "guard");
    const auto* member = cast<MemberExpr>(lock.call.call->getCallee()->IgnoreParenImpCasts());
    const std::string made = "const std::lock_guard<" +
                             typeName(source_, member->getBase()->IgnoreImpCasts()->getType()) + "> " + name +
                             "(" + lock.call.lock + ");";
    for (const Site* site : before_exits)
      draft.erase(childrenOf(site->block)[site->index]);
    if (to_end) {
      draft.replace(at, made);
      if (last) draft.erase(children[*last]);
    } else {
      const std::string indent = source_.indentation(at->file, at->from);
      draft.replace(at, "{\n" + indent + "  " + made);
      const std::optional<TextRange> release = source_.statement(children[*last]);
      if (!release || release->file != at->file) return std::nullopt;
      draft.shift(
          {at->file, at->to,
           release->from - static_cast<unsigned>(source_.indentation(release->file, release->from).size())},
          2);
      draft.replace(release, "}");
    }
    draft.include(at->file, "mutex");
    return FixResult{true, "lets a std::lock_guard hold `" + lock.call.lock + "`"};
  }

  /// A condition variable or an adopting guard that gets the lock would not know of the guard.
  bool namesLockElsewhere(const Site& lock, const std::vector<const Stmt*>& children, std::size_t end) const {
    unsigned calls = 0, names = 0;
    const auto* of_lock =
        cast<MemberExpr>(lock.call.call->getCallee()->IgnoreParenImpCasts())->getBase()->IgnoreImpCasts();
    const std::string text = source_.text(of_lock);
    for (std::size_t i = lock.index; i < std::min(end + 1, children.size()); ++i) {
      forEachStatement(
          children[i],
          [&](const Stmt* each) {
            if (isa<DeclRefExpr, MemberExpr>(each) && source_.text(each) == text) ++names;
            if (const auto hand = isa<CXXMemberCallExpr>(each) ? handCall(source_, each) : std::nullopt;
                hand && hand->lock == lock.call.lock)
              ++calls;
          },
          /*in_lambdas=*/true);
    }
    return names != calls;
  }

  const FixSource& source_;
  const FunctionDecl* function_;
  std::vector<Site> sites_;
};

/// `std::lock_guard<M> name(lock);`
struct GuardDeclaration {
  const DeclStmt* statement = nullptr;
  const VarDecl* variable = nullptr;
  const Expr* lock = nullptr;
  std::string lock_text;
};

std::optional<GuardDeclaration> guardDeclaration(const FixSource& source, const Stmt* stmt) {
  const auto* statement = dyn_cast_or_null<DeclStmt>(stmt);
  if (!statement || !statement->isSingleDecl()) return std::nullopt;
  const auto* variable = dyn_cast<VarDecl>(statement->getSingleDecl());
  const CXXRecordDecl* record = variable ? variable->getType()->getAsCXXRecordDecl() : nullptr;
  if (!record || !record->getIdentifier() || !record->isInStdNamespace()) return std::nullopt;
  if (record->getName() != "lock_guard" && record->getName() != "scoped_lock" &&
      record->getName() != "unique_lock")
    return std::nullopt;
  if (!variable->getInit()) return std::nullopt;
  const Expr* init = variable->getInit()->IgnoreUnlessSpelledInSource();
  const auto* construct = dyn_cast<CXXConstructExpr>(init);
  if (!construct || construct->getNumArgs() != 1) return std::nullopt;
  const Expr* lock = construct->getArg(0)->IgnoreImpCasts();
  std::string text = source.text(lock);
  if (text.empty() || recordOf(lock->getType()) == record) return std::nullopt;
  return GuardDeclaration{statement, variable, lock, std::move(text)};
}

bool usedIn(const Stmt* body, const VarDecl* variable) {
  return mentions(body, {variable});
}

class AdjacentGuards {
public:
  AdjacentGuards(const FixSource& source, const FunctionDecl* function)
      : source_(source), function_(function) {}

  /// True when guards that stand side by side were made one.
  bool run(const FoundPlace& place, FixDraft& draft, llvm::DenseSet<const Stmt*>& done, std::string& locks) {
    for (const Stmt* each : statementsTo(source_, function_->getBody(), place)) {
      const auto* block = dyn_cast<CompoundStmt>(each);
      if (!block) continue;
      const auto children = childrenOf(block);
      for (std::size_t i = 0; i + 1 < children.size(); ++i) {
        std::vector<GuardDeclaration> run;
        for (std::size_t k = i; k < children.size(); ++k) {
          const auto guard = guardDeclaration(source_, children[k]);
          if (!guard || !fits(*guard)) break;
          run.push_back(*guard);
        }
        if (run.size() < 2) continue;
        const bool asked = llvm::any_of(run, [&](const GuardDeclaration& guard) {
          return source_.onLineOf(guard.variable->getLocation(), place);
        });
        if (asked) return merge(run, draft, done, locks);
        i += run.size() - 1;
      }
    }
    return false;
  }

private:
  bool fits(const GuardDeclaration& guard) const {
    const CXXRecordDecl* lock = recordOf(guard.lock->getType());
    return hasMethod(lock, "try_lock") && !callsAnything(guard.lock) &&
           !usedIn(function_->getBody(), guard.variable);
  }

  bool merge(const std::vector<GuardDeclaration>& run, FixDraft& draft, llvm::DenseSet<const Stmt*>& done,
             std::string& locks) {
    if (!done.insert(run.front().statement).second) return false;
    std::string arguments;
    for (const GuardDeclaration& guard : run)
      arguments += (arguments.empty() ? "" : ", ") + guard.lock_text;
    // CTAD is C++17, as scoped_lock is.
    draft.replace(run.front().statement,
                  "const std::scoped_lock " + run.front().variable->getName().str() + "(" + arguments + ");");
    for (std::size_t i = 1; i < run.size(); ++i)
      draft.erase(run[i].statement);
    if (locks.empty()) locks = arguments;
    return true;
  }

  const FixSource& source_;
  const FunctionDecl* function_;
};

class OneSection {
public:
  OneSection(const FixSource& source, const FunctionDecl* function) : source_(source), function_(function) {}

  std::optional<FixResult> run(FixDraft& draft) {
    if (jumpsAbout(function_->getBody())) return std::nullopt;
    std::optional<FixResult> result;
    forEachStatement(function_->getBody(), [&](const Stmt* each) {
      const auto* block = dyn_cast<CompoundStmt>(each);
      if (!block || result) return;
      const auto children = childrenOf(block);
      for (std::size_t i = 0; i < children.size() && !result; ++i) {
        result = openSection(children, i, draft);
        if (!result) result = guardBeforeIf(children, i, draft);
      }
    });
    return result;
  }

private:
  /// `{ guard; read } test; guard; act` → `guard; read; test; act`.
  std::optional<FixResult> openSection(const std::vector<const Stmt*>& children, std::size_t i,
                                       FixDraft& draft) {
    const auto* inner = dyn_cast<CompoundStmt>(children[i]);
    if (!inner || inner->body_empty()) return std::nullopt;
    const auto first = guardDeclaration(source_, *inner->body_begin());
    if (!first) return std::nullopt;
    for (std::size_t k = i + 1; k < children.size(); ++k) {
      const auto second = guardDeclaration(source_, children[k]);
      if (!second) {
        // It comes to run under the lock.
        if (callsAnything(children[k])) return std::nullopt;
        continue;
      }
      if (second->lock_text != first->lock_text || usedIn(function_->getBody(), second->variable) ||
          usedIn(function_->getBody(), first->variable))
        return std::nullopt;
      // The first guard now lives among the names of the outer block.
      llvm::StringSet<> names;
      for (const Decl* declared : declaredDirectly(children))
        if (const auto* named = dyn_cast<NamedDecl>(declared); named && declared != second->variable)
          names.insert(named->getName());
      for (const Decl* declared : declaredDirectly(childrenOf(inner)))
        if (const auto* named = dyn_cast<NamedDecl>(declared); named && names.contains(named->getName()))
          return std::nullopt;
      const auto open = source_.range({inner->getLBracLoc(), inner->getLBracLoc()});
      const auto close = source_.range({inner->getRBracLoc(), inner->getRBracLoc()});
      if (!open || !close || open->file != close->file) return std::nullopt;
      const TextRange open_line = source_.wholeLines(*open), close_line = source_.wholeLines(*close);
      draft.replace(open_line, "");
      draft.replace(close_line, "");
      const long by = static_cast<long>(source_.indentation(open->file, open->from).size()) -
                      static_cast<long>(
                          source_.indentation(open->file, source_.statement(first->statement)->from).size());
      if (by < 0) draft.shift({open->file, open_line.to, close_line.from}, static_cast<int>(by));
      draft.erase(children[k]);
      return FixResult{false, "keeps `" + first->lock_text + "` from the check to the act"};
    }
    return std::nullopt;
  }

  /// `if (test) { guard; act }` → `guard; if (test) { act }`, in a block of its own unless the function ends there.
  std::optional<FixResult> guardBeforeIf(const std::vector<const Stmt*>& children, std::size_t i,
                                         FixDraft& draft) {
    const auto* choice = dyn_cast<IfStmt>(children[i]);
    if (!choice || choice->hasInitStorage() || choice->hasVarStorage() || callsAnything(choice->getCond()))
      return std::nullopt;
    const auto* act = dyn_cast<CompoundStmt>(choice->getThen());
    if (!act || act->body_empty()) return std::nullopt;
    const auto guard = guardDeclaration(source_, *act->body_begin());
    if (!guard || usedIn(function_->getBody(), guard->variable)) return std::nullopt;
    if (choice->getElse() && callsAnything(choice->getElse())) return std::nullopt;
    const std::optional<TextRange> at = source_.range(choice->getSourceRange());
    const std::optional<TextRange> taken = source_.statement(guard->statement);
    if (!at || !taken) return std::nullopt;
    const std::string text = source_.text(*taken), indent = source_.indentation(at->file, at->from);
    const bool is_last =
        i + 1 == children.size() || (i + 2 == children.size() && plainlyLeaves(children[i + 1]));
    draft.erase(guard->statement);
    if (is_last) {
      draft.insert(at->file, at->from, text + "\n" + indent);
    } else {
      draft.insert(at->file, at->from, "{\n" + indent + "  " + text + "\n" + indent + "  ");
      // From the second line of the `if` on; the guard's own line goes.
      const TextRange gone = source_.wholeLines(*taken);
      draft.shift({at->file, at->from, gone.from}, 2);
      draft.shift({at->file, gone.to, at->to}, 2);
      draft.insert(at->file, at->to, "\n" + indent + "}");
    }
    return FixResult{false, "takes `" + guard->lock_text + "` before the check"};
  }

  const FixSource& source_;
  const FunctionDecl* function_;
};

} // namespace

std::optional<FixResult> guardForManualLock(const FixSource& source, const Sites& sites, FixDraft& draft) {
  if (!source.language().CPlusPlus11) return std::nullopt;
  for (const FixSite& site : sites)
    if (auto result = ManualLock(source, site.function).run(site.place, draft)) return result;
  return std::nullopt;
}

std::optional<FixResult> scopedLockForGuards(const FixSource& source, const Sites& sites, FixDraft& draft) {
  if (!source.language().CPlusPlus17) return std::nullopt;
  llvm::DenseSet<const Stmt*> done;
  std::string locks;
  for (const FixSite& site : sites)
    AdjacentGuards(source, site.function).run(site.place, draft, done, locks);
  if (done.empty()) return std::nullopt;
  return FixResult{true, "takes " + locks + " at once by std::scoped_lock"};
}

std::optional<FixResult> oneCriticalSection(const FixSource& source, const Sites& sites, FixDraft& draft) {
  llvm::DenseSet<const FunctionDecl*> tried;
  for (const FixSite& site : sites)
    if (tried.insert(site.function).second)
      if (auto result = OneSection(source, site.function).run(draft)) return result;
  return std::nullopt;
}

} // namespace racecourse::frontend
