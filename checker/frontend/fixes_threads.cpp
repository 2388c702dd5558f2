// Repairs of how threads end, wait and get their data: std::jthread for a std::thread that nobody joins, a wait that tests
// again, and captures by copy for a thread that outlives what it borrows.
#include "checker/frontend/fixes_source.h"

#include "llvm/ADT/DenseSet.h"

#include <algorithm>

namespace racecourse::frontend {

using namespace clang;

namespace {

bool isStd(QualType type, llvm::StringRef name) {
  const CXXRecordDecl* record = type.isNull() ? nullptr : type.getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->getIdentifier() && record->getName() == name && record->isInStdNamespace();
}

const Expr* plain(const Expr* expr) {
  return expr ? expr->IgnoreUnlessSpelledInSource() : nullptr;
}

const VarDecl* variableOf(const Expr* expr) {
  const auto* name = dyn_cast_or_null<DeclRefExpr>(plain(expr));
  return name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
}

/// The function's variable that is meant: declared at the place, or named in the call that stands there.
const VarDecl* threadVariable(const FixSource& source, const FixSite& site) {
  const VarDecl* found = nullptr;
  forEachStatement(site.function->getBody(), [&](const Stmt* each) {
    if (const auto* statement = dyn_cast<DeclStmt>(each)) {
      for (const Decl* declared : statement->decls()) {
        const auto* variable = dyn_cast<VarDecl>(declared);
        if (variable && isStd(variable->getType(), "thread") &&
            (source.onLineOf(variable->getLocation(), site.place) ||
             source.covers(variable->getSourceRange(), site.place)))
          found = variable;
      }
    } else if (const auto* call = dyn_cast<CXXMemberCallExpr>(each)) {
      // threads.emplace_back(work)
      const VarDecl* container = variableOf(call->getImplicitObjectArgument());
      if (container && source.covers(call->getSourceRange(), site.place) &&
          isStd(container->getType(), "vector"))
        found = container;
    }
  });
  return found;
}

/// Handed on, given away or let go: then who joins it is not this variable's business.
bool leavesVariable(const FunctionDecl* function, const VarDecl* variable) {
  bool leaves = false;
  forEachStatement(
      function->getBody(),
      [&](const Stmt* each) {
        if (const auto* call = dyn_cast<CallExpr>(each)) {
          for (const Expr* argument : call->arguments())
            leaves = leaves || (variableOf(argument) == variable && !isa<CXXMemberCallExpr>(call) &&
                                !isa<CXXOperatorCallExpr>(call));
          const auto* member = dyn_cast<CXXMemberCallExpr>(call);
          if (member && variableOf(member->getImplicitObjectArgument()) == variable &&
              member->getMethodDecl() && member->getMethodDecl()->getIdentifier())
            leaves = leaves || member->getMethodDecl()->getName() == "detach";
        } else if (const auto* result = dyn_cast<ReturnStmt>(each)) {
          leaves = leaves || variableOf(result->getRetValue()) == variable;
        }
      },
      /*in_lambdas=*/true);
  return leaves;
}

/// "!ready" → "ready"; anything else → "!(…)".
std::string negated(const FixSource& source, const Expr* condition) {
  const Expr* stripped = condition->IgnoreParenImpCasts();
  if (const auto* unary = dyn_cast<UnaryOperator>(stripped); unary && unary->getOpcode() == UO_LNot)
    return source.text(unary->getSubExpr()->IgnoreParenImpCasts());
  const std::string text = source.text(stripped);
  if (text.empty()) return "";
  return isa<DeclRefExpr, MemberExpr, CallExpr>(stripped) ? "!" + text : "!(" + text + ")";
}

const Stmt* onlyStatement(const Stmt* stmt) {
  const auto* block = dyn_cast_or_null<CompoundStmt>(stmt);
  if (!block) return stmt;
  return block->size() == 1 ? block->body_front() : nullptr;
}

} // namespace

std::optional<FixResult> joiningThread(const FixSource& source, const Sites& sites, FixDraft& draft) {
  if (!source.language().CPlusPlus20) return std::nullopt;
  for (const FixSite& site : sites) {
    const VarDecl* variable = threadVariable(source, site);
    if (!variable || !variable->isLocalVarDecl() || variable->isStaticLocal() ||
        leavesVariable(site.function, variable))
      continue;
    const auto range = source.range({variable->getBeginLoc(), variable->getLocation()});
    if (!range) return std::nullopt;
    const llvm::StringRef declared = source.buffer(range->file).slice(range->from, range->to);
    const std::size_t at = declared.find("std::thread");
    if (at == llvm::StringRef::npos) return std::nullopt;
    draft.replace(TextRange{range->file, range->from + static_cast<unsigned>(at),
                            range->from + static_cast<unsigned>(at) + 11},
                  "std::jthread");
    draft.include(range->file, "thread");
    return FixResult{false,
                     "makes `" + variable->getName().str() + "` a std::jthread, which joins when it goes"};
  }
  return std::nullopt;
}

std::optional<FixResult> waitWithPredicate(const FixSource& source, const Sites& sites, FixDraft& draft) {
  for (const FixSite& site : sites) {
    for (const Stmt* each : statementsTo(source, site.function->getBody(), site.place)) {
      const auto* choice = dyn_cast<IfStmt>(each);
      if (!choice || choice->getElse() || choice->hasInitStorage() || choice->hasVarStorage()) continue;
      const auto* wait = dyn_cast_or_null<Expr>(onlyStatement(choice->getThen()));
      const auto* call = dyn_cast_or_null<CallExpr>(plain(wait));
      const FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
      if (!callee || !callee->getIdentifier() || !source.covers(call->getSourceRange(), site.place)) continue;
      if (const auto* member = dyn_cast<CXXMemberCallExpr>(call)) {
        if (callee->getName() != "wait" || member->getNumArgs() != 1) continue;
        // Only where a predicate is known to be taken: elsewhere the loop says the same.
        const bool takes_predicate =
            isStd(member->getImplicitObjectArgument()->getType(), "condition_variable") ||
            isStd(member->getImplicitObjectArgument()->getType(), "condition_variable_any");
        const std::string condition = negated(source, choice->getCond());
        const std::string argument = source.text(member->getArg(0));
        const auto* object = dyn_cast<MemberExpr>(member->getCallee()->IgnoreParenImpCasts());
        const std::string base = object ? source.text(object->getBase()->IgnoreImpCasts()) : "";
        if (takes_predicate && !condition.empty() && !argument.empty() && !base.empty()) {
          auto range = source.range(choice->getSourceRange());
          if (!range) return std::nullopt;
          // `if (…) wait(…);` ends before its semicolon, `if (…) { … }` after its brace.
          if (!isa<CompoundStmt>(choice->getThen())) {
            const auto inner = source.statement(choice->getThen());
            if (!inner) return std::nullopt;
            range->to = inner->to;
          }
          draft.replace(range, base + (object->isArrow() ? "->" : ".") + "wait(" + argument +
                                   ", [&] { return " + condition + "; });");
          return FixResult{false, "waits until `" + condition + "`, however often it is woken"};
        }
      }
      draft.replace(source.range({choice->getIfLoc(), choice->getIfLoc()}), "while");
      return FixResult{false, "tests again after every wake-up"};
    }
  }
  return std::nullopt;
}

std::optional<FixResult> copiedCaptures(const FixSource& source, const Sites& sites, FixDraft& draft) {
  for (const FixSite& site : sites) {
    const LambdaExpr* lambda = nullptr;
    forEachStatement(site.function->getBody(), [&](const Stmt* each) {
      const auto* candidate = dyn_cast<LambdaExpr>(each);
      if (candidate && (source.onLineOf(candidate->getBeginLoc(), site.place) ||
                        source.onLineOf(candidate->getIntroducerRange().getEnd(), site.place)))
        lambda = candidate;
    });
    if (!lambda || lambda->isGenericLambda()) continue;
    llvm::DenseSet<const Decl*> captured;
    std::string names;
    bool copyable = true, changes_introducer = false;
    for (const LambdaCapture& capture : lambda->captures()) {
      // `this` by copy would change which object is used.
      if (capture.capturesThis()) copyable = false;
      if (!capture.capturesVariable() || capture.getCaptureKind() != LCK_ByRef) continue;
      const auto* variable = dyn_cast<VarDecl>(capture.getCapturedVar());
      if (!variable) {
        copyable = false;
        continue;
      }
      const QualType type = variable->getType().getNonReferenceType();
      const CXXRecordDecl* record = type->getAsCXXRecordDecl();
      if (type->isArrayType() || (record && (record->defaultedCopyConstructorIsDeleted() ||
                                             !record->hasDefinition() || record->isAbstract())))
        copyable = false;
      if (record && llvm::any_of(record->ctors(), [](const CXXConstructorDecl* made) {
            return made->isCopyConstructor() && (made->isDeleted() || made->getAccess() != AS_public);
          }))
        copyable = false;
      captured.insert(variable);
      names += (names.empty() ? "`" : ", `") + variable->getName().str() + "`";
      if (capture.isExplicit()) {
        // "&name" in the introducer.
        const auto at = source.range({capture.getLocation(), capture.getLocation()});
        if (!at) return std::nullopt;
        const llvm::StringRef before = source.buffer(at->file).substr(0, at->from);
        const std::size_t ampersand = before.find_last_not_of(" \t\r\n");
        if (ampersand == llvm::StringRef::npos || before[ampersand] != '&') return std::nullopt;
        draft.replace(TextRange{at->file, static_cast<unsigned>(ampersand), at->from}, "");
      } else {
        changes_introducer = true;
      }
    }
    if (!copyable || captured.empty()) continue;
    // A copy inside of a lambda is const: writing to it, or calling what is not const, would not compile, and would no
    // longer reach the original either.
    bool writes = false;
    forEachStatement(
        lambda->getBody(),
        [&](const Stmt* each) {
          const Expr* written = nullptr;
          if (const auto* unary = dyn_cast<UnaryOperator>(each)) {
            if (unary->isIncrementDecrementOp() || unary->getOpcode() == UO_AddrOf)
              written = unary->getSubExpr();
          } else if (const auto* binary = dyn_cast<BinaryOperator>(each)) {
            if (binary->isAssignmentOp()) written = binary->getLHS();
          } else if (const auto* call = dyn_cast<CXXMemberCallExpr>(each)) {
            if (call->getMethodDecl() && !call->getMethodDecl()->isConst())
              written = call->getImplicitObjectArgument();
          } else if (const auto* call = dyn_cast<CallExpr>(each)) {
            const FunctionDecl* callee = call->getDirectCallee();
            for (unsigned i = 0; callee && i < call->getNumArgs(); ++i) {
              const unsigned parameter =
                  isa<CXXOperatorCallExpr>(call) && isa<CXXMethodDecl>(callee) ? i - 1 : i;
              const bool is_object = isa<CXXOperatorCallExpr>(call) && isa<CXXMethodDecl>(callee) && i == 0;
              const QualType type = is_object ? QualType()
                                    : parameter < callee->getNumParams()
                                        ? callee->getParamDecl(parameter)->getType()
                                        : QualType();
              const bool by_reference = is_object ? !cast<CXXMethodDecl>(callee)->isConst()
                                                  : !type.isNull() && type->isLValueReferenceType() &&
                                                        !type->getPointeeType().isConstQualified();
              if (by_reference && captured.contains(variableOf(call->getArg(i)))) writes = true;
            }
          }
          while (const auto* member = dyn_cast_or_null<MemberExpr>(plain(written)))
            written = member->getBase();
          if (written && captured.contains(variableOf(written))) writes = true;
        },
        /*in_lambdas=*/true);
    if (writes) return std::nullopt;
    if (changes_introducer) {
      if (lambda->getCaptureDefault() != LCD_ByRef) return std::nullopt;
      draft.replace(source.range({lambda->getCaptureDefaultLoc(), lambda->getCaptureDefaultLoc()}), "=");
    }
    return FixResult{false, "gives the thread copies of " + names};
  }
  return std::nullopt;
}

} // namespace racecourse::frontend
