// The idea: start from the variables inside the index of an array of locks (or of objects with a lock), and follow copies
// backwards (`lo = i < j ? i : j` makes indices of i and j). A comparison of two of these is what the address-ordered idiom
// does with pointers. Dijkstra's philosophers break the circle by asymmetry instead: one branch names the locks in one order
// and the other in another.
#include "checker/frontend/lock_indices.h"

#include "checker/frontend/locals.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

namespace racecourse::frontend {

using namespace clang;

namespace {

constexpr unsigned kCopies = 4;    ///< index variables made from others, that many times over
constexpr std::size_t kTurned = 8; ///< locks named in one branch; more is no pair of forks

using Variables = llvm::SmallVector<const VarDecl*, 8>;

void variablesIn(const Stmt* stmt, Variables& out) {
  if (!stmt || isa<LambdaExpr>(stmt)) return;
  if (const auto* ref = dyn_cast<DeclRefExpr>(stmt))
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl());
        v && v->isLocalVarDeclOrParm() && v->getType()->isIntegralOrEnumerationType())
      out.push_back(v->getCanonicalDecl());
  for (const Stmt* child : stmt->children())
    variablesIn(child, out);
}

bool isLock(QualType type, Names& names, bool inside = true) {
  if (type->isPointerType()) type = type->getPointeeType();
  if (names.facts(type).type_class == model::TypeClass::Lock) return true;
  const RecordDecl* record = type->getAsRecordDecl();
  if (!inside || !record || !(record = record->getDefinition())) return false;
  for (const FieldDecl* field : record->fields())
    if (isLock(field->getType(), names, false)) return true;
  return false;
}

/// The index of an element of an array of locks; else null.
const Expr* lockIndex(const Stmt* stmt, Names& names) {
  if (const auto* sub = dyn_cast<ArraySubscriptExpr>(stmt))
    return isLock(sub->getType(), names) ? sub->getIdx() : nullptr;
  if (const auto* op = dyn_cast<CXXOperatorCallExpr>(stmt))
    return op->getOperator() == OO_Subscript && op->getNumArgs() == 2 && isLock(op->getType(), names)
               ? op->getArg(1)
               : nullptr;
  if (const auto* sum = dyn_cast<BinaryOperator>(stmt)) // forks + i
    return sum->getOpcode() == BO_Add && sum->getType()->isPointerType() && isLock(sum->getType(), names)
               ? sum->getRHS()
               : nullptr;
  return nullptr;
}

template <typename Visit> void walk(const Stmt* stmt, const Visit& visit) {
  if (!stmt) return;
  visit(stmt);
  for (const Stmt* child : stmt->children())
    walk(child, visit);
}

/// The variables that pick locks, in the order of the text.
Variables picked(const Stmt* stmt, Names& names) {
  Variables result;
  walk(stmt, [&](const Stmt* s) {
    if (const Expr* index = lockIndex(s, names); index && result.size() <= kTurned)
      variablesIn(index, result);
  });
  return result;
}

} // namespace

LockIndices::LockIndices(const Stmt* body, Names& names) {
  if (!body) return;
  llvm::SmallVector<std::pair<const VarDecl*, const Expr*>, 16> copies;
  llvm::SmallVector<const IfStmt*, 8> ifs;
  llvm::SmallVector<const ConditionalOperator*, 8> choices;
  Variables found;
  walk(body, [&](const Stmt* stmt) {
    if (const Expr* index = lockIndex(stmt, names)) variablesIn(index, found);
    if (const auto* branch = dyn_cast<IfStmt>(stmt)) ifs.push_back(branch);
    if (const auto* choice = dyn_cast<ConditionalOperator>(stmt)) choices.push_back(choice);
    if (const auto* decls = dyn_cast<DeclStmt>(stmt)) {
      for (const Decl* decl : decls->decls())
        if (const auto* v = dyn_cast<VarDecl>(decl); v && v->getInit())
          copies.push_back({v->getCanonicalDecl(), v->getInit()});
    } else if (const auto* op = dyn_cast<BinaryOperator>(stmt); op && op->getOpcode() == BO_Assign) {
      if (const auto* ref = dyn_cast<DeclRefExpr>(strip(op->getLHS())))
        if (const auto* v = dyn_cast<VarDecl>(ref->getDecl()))
          copies.push_back({v->getCanonicalDecl(), op->getRHS()});
    }
  });
  if (found.empty()) return;
  indices_.insert(found.begin(), found.end());
  for (unsigned round = 0; round < kCopies; ++round) {
    found.clear();
    for (const auto& [to, from] : copies)
      if (indices_.contains(to)) variablesIn(from, found);
    const std::size_t before = indices_.size();
    indices_.insert(found.begin(), found.end());
    if (indices_.size() == before) break;
  }
  for (const IfStmt* branch : ifs) {
    if (!branch->getElse() || !mentions(branch->getCond())) continue;
    Variables one = picked(branch->getThen(), names), other = picked(branch->getElse(), names);
    if (one.size() < 2 || one.size() > kTurned || one.size() != other.size() || one == other) continue;
    if (std::is_permutation(one.begin(), one.end(), other.begin())) turned_.insert(strip(branch->getCond()));
  }
  // first = odd ? left : right: both are indices, and the choice depends on one.
  for (const ConditionalOperator* choice : choices)
    if (mentions(choice->getCond()) && mentions(choice->getTrueExpr()) && mentions(choice->getFalseExpr()))
      turned_.insert(strip(choice->getCond()));
}

bool LockIndices::mentions(const Stmt* stmt) const {
  Variables named;
  variablesIn(stmt, named);
  return std::any_of(named.begin(), named.end(), [&](const VarDecl* v) { return indices_.contains(v); });
}

bool LockIndices::orders(const Expr* condition) const {
  if (indices_.empty() || !condition) return false;
  condition = strip(condition);
  if (turned_.contains(condition)) return true;
  const auto* op = dyn_cast<BinaryOperator>(condition);
  if (!op || !op->isRelationalOp()) return false;
  // Both sides: the bound of a loop over all locks is no index.
  return mentions(op->getLHS()) && mentions(op->getRHS());
}

bool LockIndices::picksIn(const CFGBlock& block) const {
  if (indices_.empty()) return false;
  for (const CFGElement& element : block)
    if (const auto statement = element.getAs<CFGStmt>(); statement && picks(statement->getStmt()))
      return true;
  return false;
}

bool LockIndices::picks(const Stmt* stmt) const {
  const auto* call = dyn_cast<CallExpr>(stmt);
  if (!call || call->getNumArgs() < 2) return false;
  const FunctionDecl* callee = call->getDirectCallee();
  if (!callee || !callee->getDeclName().isIdentifier()) return false;
  const llvm::StringRef name = callee->getName();
  if (!name.equals_insensitive("min") && !name.equals_insensitive("max") && name != "minmax") return false;
  return mentions(call->getArg(0)) && mentions(call->getArg(1));
}

} // namespace racecourse::frontend
