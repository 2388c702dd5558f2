// What decides a branch: the outcome of an acquisition, a guard's ownership, a remembered flag, or a test that nothing
// changes in between. Everything else stays ConditionKind::None, with the reads that flow into it.
#include "checker/frontend/llvm_versions.h"
#include "checker/frontend/translate.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"

namespace racecourse::frontend {

using namespace clang;
using model::AccessKind;
using model::Argument;
using model::BlockId;
using model::ConditionKind;
using model::EntityKind;
using model::Event;
using model::EventId;
using model::EventKind;
using model::Path;
using model::RootKind;
using model::StepKind;
using model::TypeClass;
using model::ValueKind;

static bool unchanging(const Stmt* stmt, Locals& locals, unsigned depth = 0) {
  if (!stmt || depth > 12) return false;
  if (const auto* ref = dyn_cast<DeclRefExpr>(stmt)) {
    if (isa<EnumConstantDecl>(ref->getDecl())) return true;
    const auto* v = dyn_cast<VarDecl>(ref->getDecl());
    if (!v) return false;
    if (!v->isLocalVarDeclOrParm()) return v->getType().isConstQualified();
    const LocalFacts& facts = locals.of(v);
    return facts.assignments == 0 && facts.steps == 0 && !facts.captured_by_reference && !facts.address_taken;
  }
  if (const auto* address = dyn_cast<UnaryOperator>(stmt); address && address->getOpcode() == UO_AddrOf)
    if (const auto* ref = dyn_cast<DeclRefExpr>(strip(address->getSubExpr()));
        ref && isa<VarDecl>(ref->getDecl()))
      return true; // whatever the variable holds, it stays where it is
  if (isa<CallExpr, CXXConstructExpr, MemberExpr, ArraySubscriptExpr, StmtExpr, LambdaExpr>(stmt))
    return false;
  if (const auto* op = dyn_cast<UnaryOperator>(stmt);
      op && (op->isIncrementDecrementOp() || op->getOpcode() == UO_Deref))
    return false;
  if (const auto* op = dyn_cast<BinaryOperator>(stmt); op && op->isAssignmentOp()) return false;
  for (const Stmt* child : stmt->children())
    if (!unchanging(child, locals, depth + 1)) return false;
  return true;
}

static bool comparesIdentity(const Expr* expr, Names& names) {
  const auto* op = dyn_cast<BinaryOperator>(expr);
  if (const auto* call = dyn_cast<CXXOperatorCallExpr>(expr)) { // std::less<>{}(a, b)
    if (call->getOperator() == OO_Call && call->getNumArgs() == 3 &&
        call->getArg(1)->getType()->isPointerType())
      return true;
    return false;
  }
  if (!op || !op->isRelationalOp()) return false;
  const Expr *l = strip(op->getLHS()), *r = strip(op->getRHS());
  if (l->getType()->isPointerType() && r->getType()->isPointerType()) return true;
  auto fromPointer = [](const Expr* e) {
    const auto* cast = dyn_cast<ExplicitCastExpr>(e);
    return cast && cast->getSubExpr()->getType()->isPointerType();
  };
  if (fromPointer(l) && fromPointer(r)) return true;
  // a.id < b.id: the same member of two objects.
  const ValueDecl* ml = nullptr;
  const ValueDecl* mr = nullptr;
  auto member = [](const Expr* e) -> const ValueDecl* {
    if (const auto* m = dyn_cast<MemberExpr>(e)) return m->getMemberDecl();
    if (const auto* c = dyn_cast<CXXMemberCallExpr>(e)) return c->getMethodDecl();
    return nullptr;
  };
  ml = member(l);
  mr = member(r);
  if (ml && ml == mr) return true;
  // Two parameters or locals that then index the locks: lo < hi.
  const auto* dl = dyn_cast<DeclRefExpr>(l);
  const auto* dr = dyn_cast<DeclRefExpr>(r);
  return dl && dr && isa<ParmVarDecl>(dl->getDecl()) && isa<ParmVarDecl>(dr->getDecl()) &&
         dl->getType()->isIntegralOrEnumerationType();
}

model::Condition Translator::condition(const CFGBlock& block) {
  model::Condition result;
  const Expr* expr = block.getLastCondition();
  if (!expr) expr = dyn_cast_or_null<Expr>(block.getTerminatorCondition());
  if (!expr) return result;
  reads(expr, result.reads);
  std::sort(result.reads.begin(), result.reads.end());
  result.reads.erase(std::unique(result.reads.begin(), result.reads.end()), result.reads.end());

  bool negated = false;
  const Expr* e = strip(expr);
  std::optional<llvm::APSInt> against;
  for (unsigned i = 0; i < 8; ++i) {
    if (const auto* op = dyn_cast<UnaryOperator>(e); op && op->getOpcode() == UO_LNot) {
      negated = !negated;
      e = strip(op->getSubExpr());
      continue;
    }
    if (const auto* op = dyn_cast<CXXOperatorCallExpr>(e); op && op->getOperator() == OO_Exclaim) {
      negated = !negated;
      e = strip(op->getArg(0));
      continue;
    }
    if (const auto* call = dyn_cast<CallExpr>(e)) // __builtin_expect and the like
      if (const FunctionDecl* f = call->getDirectCallee();
          f && f->getBuiltinID() && call->getNumArgs() == 2 && f->getDeclName().isIdentifier() &&
          f->getName() == "__builtin_expect") {
        e = strip(call->getArg(0));
        continue;
      }
    if (const auto* op = dyn_cast<BinaryOperator>(e); op && op->isEqualityOp()) {
      Expr::EvalResult constant;
      const Expr* other = nullptr;
      if (!op->getRHS()->isValueDependent() && op->getRHS()->getType()->isIntegralOrEnumerationType() &&
          op->getRHS()->EvaluateAsInt(constant, names_.context()))
        other = op->getLHS();
      else if (!op->getLHS()->isValueDependent() && op->getLHS()->getType()->isIntegralOrEnumerationType() &&
               op->getLHS()->EvaluateAsInt(constant, names_.context()))
        other = op->getRHS();
      if (!other) break;
      llvm::APSInt value = constant.Val.getInt();
      if (op->getOpcode() == BO_NE) negated = !negated;
      // x == 0 is !x; x == true is x; other constants only matter to calls that return codes.
      if (value == 0)
        negated = !negated;
      else
        against = value;
      e = strip(other);
      continue;
    }
    if (const auto* op = dyn_cast<BinaryOperator>(e);
        op && op->getOpcode() == BO_Assign) { // if ((rc = trylock(&m)) == 0)
      e = strip(op->getRHS());
      continue;
    }
    break;
  }
  result.negated = negated;
  result.compares_identity = comparesIdentity(e, names_) || lock_indices_->orders(expr);

  // A variable that holds the outcome stands for the call.
  if (const auto* ref = dyn_cast<DeclRefExpr>(e))
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl()))
      if (const Expr* init = set_here_.count(v->getCanonicalDecl()) != 0 ? set_here_[v->getCanonicalDecl()]
                                                                         : paths_.aliasInit(v)) {
        const Expr* made = strip(init);
        bool flip = false;
        for (unsigned i = 0; i < 4; ++i) {
          if (const auto* op = dyn_cast<UnaryOperator>(made); op && op->getOpcode() == UO_LNot) {
            flip = !flip;
            made = strip(op->getSubExpr());
          } else if (const auto* op = dyn_cast<BinaryOperator>(made); op && op->isEqualityOp()) {
            Expr::EvalResult constant;
            if (op->getRHS()->isValueDependent() ||
                !op->getRHS()->EvaluateAsInt(constant, names_.context()) || constant.Val.getInt() != 0)
              break;
            if (op->getOpcode() == BO_EQ) flip = !flip;
            made = strip(op->getLHS());
          } else {
            break;
          }
        }
        if (success_of_.count(made) != 0) {
          e = made;
          result.negated ^= flip;
        } else if (const auto* call = dyn_cast<CXXMemberCallExpr>(made)) {
          if (const FunctionDecl* f = call->getDirectCallee())
            if (const FunctionModel* m = names_.functionModel(f, call->getNumArgs(), call->getRecordDecl());
                m && m->role == Role::GuardOwns)
              e = made;
        }
      }

  if (!against && isChild(e, negated, result)) return result;
  auto acquired = success_of_.find(e);
  if (acquired != success_of_.end()) {
    result.kind = ConditionKind::Locked;
    result.event = event_of_[e];
    bool zero_is_success = acquired->second == Success::Zero;
    if (acquired->second == Success::MinusOne) { // std::try_lock: -1 or the index of the lock that was busy
      bool is_minus_one = against && against->isSigned() && *against == -1;
      if (!is_minus_one) {
        result.kind = ConditionKind::None;
        return result;
      }
      return result;
    }
    if (against) { // thrd_success is 0, but `== -1` or `== EBUSY` mean failure
      bool means_success = !zero_is_success && *against == 1;
      if (!means_success) result.negated = !result.negated;
    } else if (zero_is_success) {
      result.negated = !result.negated;
    }
    return result;
  }
  if (const auto* call = dyn_cast<CallExpr>(e))
    if (const FunctionDecl* f = call->getDirectCallee()) {
      const Expr* receiver = nullptr;
      if (const auto* member = dyn_cast<CXXMemberCallExpr>(call))
        receiver = member->getImplicitObjectArgument();
      const CXXRecordDecl* record = receiver ? receiver->getType()->getAsCXXRecordDecl() : nullptr;
      const FunctionModel* m = names_.functionModel(f, call->getNumArgs(), record);
      if (m && m->role == Role::GuardOwns && receiver)
        if (auto guard = paths_.object(receiver)) {
          result.kind = ConditionKind::Owns;
          result.path = intern(*guard);
          return result;
        }
    }
  if (const auto* ref = dyn_cast<DeclRefExpr>(e); ref && !against)
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl()); v && isFlag(v)) {
      result.kind = ConditionKind::Flag;
      result.path = intern(paths_.ofVariable(v));
      return result;
    }
  if (unchanging(e, locals_)) {
    const SourceManager& sm = names_.context().getSourceManager();
    std::string text =
        Lexer::getSourceText(sm.getExpansionRange(e->getSourceRange()), sm, names_.context().getLangOpts())
            .str();
    if (against) text += "==" + llvm::toString(*against, 10);
    if (!text.empty()) {
      result.kind = ConditionKind::Flag;
      result.key = hashOf(text);
    }
  }
  return result;
}

bool Translator::isFlag(const VarDecl* variable) {
  if (!variable->isLocalVarDecl() || variable->isStaticLocal() ||
      !variable->getType()->isIntegralOrEnumerationType())
    return false;
  const LocalFacts& facts = locals_.of(variable);
  return facts.tested && facts.constants > 0 && facts.assignments > 0 && !facts.address_taken &&
         !facts.captured_by_reference;
}

void Translator::setFlag(const VarDecl* variable, const Expr* value, SourceLocation where) {
  Event event = make(EventKind::SetFlag, where);
  event.path = intern(paths_.ofVariable(variable));
  Expr::EvalResult constant;
  if (value && !value->isValueDependent() && value->EvaluateAsInt(constant, names_.context()))
    event.flags = model::kFlagKnown | (constant.Val.getInt() != 0 ? model::kFlagTrue : 0);
  emit(std::move(event));
}

} // namespace racecourse::frontend
