// The idea: a test is about the thread when it reads memory (a handle, a flag that somebody sets), when its variables decide
// or hold anything else, or when the thread is started under a test itself. What is left is an accident.
#include "checker/frontend/chance.h"

#include "checker/frontend/locals.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

namespace racecourse::frontend {

using namespace clang;

namespace {

using Variables = llvm::SmallVector<const VarDecl*, 4>;
using Chain = llvm::SmallVector<const Stmt*, 24>;

/// The statements around `inner`, outermost first.
bool chainTo(const Stmt* from, const Stmt* inner, Chain& chain) {
  if (!from) return false;
  chain.push_back(from);
  if (from == inner) return true;
  for (const Stmt* child : from->children())
    if (chainTo(child, inner, chain)) return true;
  chain.pop_back();
  return false;
}

bool decides(const Stmt* stmt) {
  return isa<IfStmt, ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt, AbstractConditionalOperator,
             LambdaExpr, CXXTryStmt, CXXCatchStmt>(stmt) ||
         (isa<BinaryOperator>(stmt) && cast<BinaryOperator>(stmt)->isLogicalOp());
}

/// Made of constants, numbers that the function was given or made, and calls that are given nothing.
bool byChance(const Stmt* stmt, Variables& variables, unsigned depth = 0) {
  if (!stmt || depth > 12) return false;
  if (const auto* ref = dyn_cast<DeclRefExpr>(stmt)) {
    if (isa<EnumConstantDecl, FunctionDecl>(ref->getDecl())) return true;
    const auto* v = dyn_cast<VarDecl>(ref->getDecl());
    if (!v || !v->isLocalVarDeclOrParm() || v->isStaticLocal() ||
        !v->getType()->isIntegralOrEnumerationType())
      return false;
    variables.push_back(v->getCanonicalDecl());
    return true;
  }
  if (const auto* call = dyn_cast<CallExpr>(stmt))
    return !isa<CXXMemberCallExpr, CXXOperatorCallExpr>(call) && call->getDirectCallee() &&
           call->getNumArgs() == 0;
  if (isa<CXXConstructExpr, MemberExpr, ArraySubscriptExpr, StmtExpr, LambdaExpr, CXXThisExpr>(stmt))
    return false;
  if (const auto* op = dyn_cast<UnaryOperator>(stmt);
      op && (op->isIncrementDecrementOp() || op->getOpcode() == UO_Deref || op->getOpcode() == UO_AddrOf))
    return false;
  if (const auto* op = dyn_cast<BinaryOperator>(stmt); op && op->isAssignmentOp()) return false;
  for (const Stmt* child : stmt->children())
    if (!byChance(child, variables, depth + 1)) return false;
  return true;
}

bool mentions(const Stmt* stmt, const Variables& variables) {
  if (!stmt) return false;
  if (const auto* ref = dyn_cast<DeclRefExpr>(stmt))
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl()))
      return llvm::is_contained(variables, v->getCanonicalDecl());
  for (const Stmt* child : stmt->children())
    if (mentions(child, variables)) return true;
  return false;
}

/// A call of the model's role stands somewhere in `stmt`, outside of lambdas.
bool calls(const Stmt* stmt, std::initializer_list<Role> roles, Names& names) {
  if (!stmt || isa<LambdaExpr>(stmt)) return false;
  if (const auto* call = dyn_cast<CallExpr>(stmt))
    if (const FunctionDecl* callee = call->getDirectCallee()) {
      const auto* member = dyn_cast<CXXMemberCallExpr>(call);
      const FunctionModel* m =
          names.functionModel(callee, call->getNumArgs(), member ? member->getRecordDecl() : nullptr);
      if (m && std::find(roles.begin(), roles.end(), m->role) != roles.end()) return true;
    }
  if (const auto* made = dyn_cast<CXXConstructExpr>(stmt);
      made && std::find(roles.begin(), roles.end(), Role::Spawn) != roles.end())
    if (names.facts(made->getType()).type_class == model::TypeClass::Handle && made->getNumArgs() > 0)
      return true;
  for (const Stmt* child : stmt->children())
    if (calls(child, roles, names)) return true;
  return false;
}

/// What the variables are given depends on anything but chance, or something else depends on them.
bool involved(const Stmt* stmt, const Variables& variables, const IfStmt* test) {
  if (!stmt) return false;
  if (const auto* decls = dyn_cast<DeclStmt>(stmt)) {
    for (const Decl* decl : decls->decls()) {
      const auto* v = dyn_cast<VarDecl>(decl);
      if (!v || !v->getInit()) continue;
      Variables unused;
      if (llvm::is_contained(variables, v->getCanonicalDecl()) ? !byChance(v->getInit(), unused)
                                                               : mentions(v->getInit(), variables))
        return true;
    }
    return false;
  }
  if (const auto* op = dyn_cast<BinaryOperator>(stmt);
      op && op->isAssignmentOp() && mentions(op->getLHS(), variables)) {
    Variables unused;
    return !byChance(op->getRHS(), unused);
  }
  if (stmt == test)
    return involved(test->getThen(), variables, test) || involved(test->getElse(), variables, test);
  if (const auto* ref = dyn_cast<DeclRefExpr>(stmt)) return mentions(ref, variables);
  for (const Stmt* child : stmt->children())
    if (involved(child, variables, test)) return true;
  return false;
}

} // namespace

bool joinsByChance(const Stmt* body, const CallExpr* join, Names& names) {
  Chain chain;
  if (!body || !chainTo(body, join, chain)) return false;
  const IfStmt* test = nullptr;
  std::size_t at = 0;
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    if (!decides(chain[i])) continue;
    if (test || !isa<IfStmt>(chain[i])) return false;
    test = cast<IfStmt>(chain[i]);
    at = i;
  }
  if (!test || test->getConditionVariableDeclStmt() || test->getInit() || chain[at + 1] == test->getCond())
    return false;
  const Stmt* other = chain[at + 1] == test->getThen() ? test->getElse() : test->getThen();
  if (calls(other, {Role::Join, Role::Detach}, names)) return false;
  Variables variables;
  if (!byChance(test->getCond(), variables) || involved(body, variables, test)) return false;
  // Started before the test, on every way to it; not what the function was given.
  for (std::size_t i = 0; i < at; ++i) {
    for (const Stmt* before : chain[i]->children()) {
      if (before == chain[i + 1]) break;
      if (before && !decides(before) && calls(before, {Role::Spawn}, names)) return true;
    }
  }
  return false;
}

} // namespace racecourse::frontend
