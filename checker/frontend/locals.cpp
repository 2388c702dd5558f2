#include "checker/frontend/locals.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"

namespace racecourse::frontend {

using namespace clang;

const Expr* strip(const Expr* expr) {
  while (expr) {
    const Expr* next = expr->IgnoreParenImpCasts();
    if (const auto* full = dyn_cast<FullExpr>(next)) next = full->getSubExpr();
    if (const auto* temp = dyn_cast<MaterializeTemporaryExpr>(next)) next = temp->getSubExpr();
    if (const auto* bind = dyn_cast<CXXBindTemporaryExpr>(next)) next = bind->getSubExpr();
    if (const auto* cast = dyn_cast<CXXFunctionalCastExpr>(next)) next = cast->getSubExpr();
    if (const auto* subst = dyn_cast<SubstNonTypeTemplateParmExpr>(next)) next = subst->getReplacement();
    if (const auto* arg = dyn_cast<CXXDefaultArgExpr>(next)) next = arg->getExpr();
    if (const auto* init = dyn_cast<CXXDefaultInitExpr>(next))
      next = init->getExpr() ? init->getExpr() : next;
    if (const auto* list = dyn_cast<InitListExpr>(next);
        list && list->getNumInits() == 1 && list->isTransparent())
      next = list->getInit(0);
    if (next == expr) return expr;
    expr = next;
  }
  return expr;
}

/// The elided or real copy/move construction around a prvalue: `T x = T(...)`, `return T(...)`.
static const Expr* throughCopies(const Expr* expr) {
  expr = strip(expr);
  while (const auto* construct = dyn_cast_or_null<CXXConstructExpr>(expr)) {
    if (construct->getNumArgs() < 1 || !construct->getConstructor()->isCopyOrMoveConstructor()) break;
    const Expr* inner = strip(construct->getArg(0));
    if (!inner->isPRValue()) break;
    expr = inner;
  }
  return expr;
}

class LocalsVisitor : public RecursiveASTVisitor<LocalsVisitor> {
public:
  LocalsVisitor(Locals& locals, const Decl* owner) : l_(locals), owner_(owner) {}

  bool shouldVisitImplicitCode() const { return true; }
  bool shouldVisitTemplateInstantiations() const { return false; }

  bool TraverseStmt(Stmt* stmt, DataRecursionQueue* = nullptr) { return walk(stmt); }

  bool walk(Stmt* stmt) {
    if (!stmt) return true;
    if (loop_) {
      l_.in_loop_.insert(stmt);
      l_.loops_[stmt] = loop_;
    }
    if (in_try_) l_.in_try_.insert(stmt);
    note(stmt);
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(stmt)) {
      const Stmt* outer = loop_;
      // What runs once before the loop belongs to no loop.
      if (auto* f = dyn_cast<ForStmt>(stmt)) {
        if (!walk(f->getInit())) return false;
        loop_ = stmt;
        bool ok = walk(const_cast<DeclStmt*>(f->getConditionVariableDeclStmt())) && walk(f->getCond()) &&
                  walk(f->getInc()) && walk(f->getBody());
        loop_ = outer;
        return ok;
      }
      if (auto* r = dyn_cast<CXXForRangeStmt>(stmt)) {
        if (!walk(r->getInit()) || !walk(r->getRangeStmt()) || !walk(r->getBeginStmt()) ||
            !walk(r->getEndStmt()))
          return false;
        loop_ = stmt;
        bool ok = walk(r->getCond()) && walk(r->getInc()) && walk(r->getLoopVarStmt()) && walk(r->getBody());
        loop_ = outer;
        return ok;
      }
      loop_ = stmt;
      bool ok = children(stmt);
      loop_ = outer;
      return ok;
    }
    if (auto* attempt = dyn_cast<CXXTryStmt>(stmt)) {
      bool outer = in_try_;
      in_try_ = true;
      bool ok = walk(attempt->getTryBlock());
      in_try_ = outer;
      for (unsigned i = 0; ok && i < attempt->getNumHandlers(); ++i)
        ok = walk(attempt->getHandler(i));
      return ok;
    }
    if (auto* lambda = dyn_cast<LambdaExpr>(stmt)) return visitLambda(lambda);
    if (isa<UnaryExprOrTypeTraitExpr, CXXTypeidExpr, CXXNoexceptExpr>(stmt)) return true;
    return children(stmt);
  }

  bool children(Stmt* stmt) {
    if (isa<CXXDefaultArgExpr, OpaqueValueExpr>(stmt)) return true;
    if (auto* init = dyn_cast<CXXDefaultInitExpr>(stmt))
      return init->getExpr() ? walk(init->getExpr()) : true;
    if (auto* decls = dyn_cast<DeclStmt>(stmt)) {
      for (Decl* d : decls->decls()) {
        if (auto* record = dyn_cast<CXXRecordDecl>(d)) l_.records.push_back(record);
        auto* v = dyn_cast<VarDecl>(d);
        if (!v) continue;
        if (Expr* init = v->getInit())
          if (!walk(init)) return false;
        if (auto* parts = dyn_cast<DecompositionDecl>(v))
          for (BindingDecl* b : parts->bindings())
            if (VarDecl* holder = b->getHoldingVar())
              if (Expr* init = holder->getInit())
                if (!walk(init)) return false;
      }
      return true;
    }
    for (Stmt* child : stmt->children())
      if (!walk(child)) return false;
    return true;
  }

private:
  bool visitLambda(LambdaExpr* lambda) {
    l_.names_.numberLambda(lambda->getLambdaClass(), owner_, ordinal_++);
    for (const LambdaCapture& capture : lambda->captures()) {
      if (!capture.capturesVariable()) continue;
      const auto* v = dyn_cast<VarDecl>(capture.getCapturedVar());
      if (!v) continue;
      LocalFacts& facts = l_.locals_[v->getCanonicalDecl()];
      (capture.getCaptureKind() == LCK_ByRef ? facts.captured_by_reference : facts.captured_by_copy) = true;
    }
    for (Expr* init : lambda->capture_inits())
      if (init && !walk(init)) return false;
    // The body is the same outermost function for the purpose of variables, but runs at another time.
    const Stmt* loop = loop_;
    bool in_try = in_try_;
    loop_ = nullptr;
    in_try_ = false;
    bool ok = true;
    if (lambda->isGenericLambda()) {
      // Its instantiations are what runs.
      for (FunctionDecl* f :
           lambda->getLambdaClass()->getDependentLambdaCallOperator()
               ? lambda->getLambdaClass()->getDependentLambdaCallOperator()->specializations()
               : llvm::iterator_range<FunctionTemplateDecl::spec_iterator>(
                     FunctionTemplateDecl::spec_iterator(), FunctionTemplateDecl::spec_iterator()))
        if (f->hasBody()) {
          l_.lambdas.push_back(f);
          ok = ok && walk(f->getBody());
        }
    } else {
      l_.lambdas.push_back(lambda->getCallOperator());
      ok = walk(lambda->getBody());
    }
    loop_ = loop;
    in_try_ = in_try;
    return ok;
  }

  LocalFacts* local(const Expr* expr) {
    expr = strip(expr);
    const auto* ref = dyn_cast_or_null<DeclRefExpr>(expr);
    const auto* v = ref ? dyn_cast<VarDecl>(ref->getDecl()) : nullptr;
    if (!v || !v->isLocalVarDeclOrParm()) return nullptr;
    return &l_.locals_[v->getCanonicalDecl()];
  }

  /// The local object that `expr` is (a part of): x, x.a, x.a[i].
  LocalFacts* rootLocal(const Expr* expr) {
    for (;;) {
      expr = strip(expr);
      if (const auto* member = dyn_cast_or_null<MemberExpr>(expr); member && !member->isArrow()) {
        expr = member->getBase();
        continue;
      }
      if (const auto* index = dyn_cast_or_null<ArraySubscriptExpr>(expr)) {
        expr = index->getBase();
        continue;
      }
      return local(expr);
    }
  }

  void bindReference(const Expr* arg, QualType parameter, bool keeps_nothing = false) {
    if (!parameter->isReferenceType()) return;
    if (keeps_nothing) { // library code looks, or writes, and forgets
      LocalFacts* whole = parameter->getPointeeType().isConstQualified() ? nullptr : local(arg);
      if (whole) whole->assignments++;
      return;
    }
    bool can_write = !parameter->getPointeeType().isConstQualified();
    if (LocalFacts* whole = local(arg)) {
      whole->address_taken = true;
      if (can_write && !isMoveOrForward_) whole->assignments++;
      return;
    }
    if (LocalFacts* root = rootLocal(arg)) root->address_taken = true;
  }

  void destination(const Expr* made, Destination d) {
    made = throughCopies(made);
    if (!made) return;
    l_.destinations_[made] = d;
    if (const auto* conditional = dyn_cast<ConditionalOperator>(made)) {
      destination(conditional->getTrueExpr(), d);
      destination(conditional->getFalseExpr(), d);
    }
  }

  static bool isStdArray(QualType type) {
    const CXXRecordDecl* record = type->getAsCXXRecordDecl();
    return record && record->isInStdNamespace() && record->getIdentifier() && record->getName() == "array";
  }

  /// `std::thread threads[] = {std::thread(f), std::thread(g)}`; std::array has one more pair of braces inside.
  void elements(const Expr* init, Destination to) {
    const auto* braces = dyn_cast<InitListExpr>(strip(init));
    if (!braces) return;
    if (braces->getNumInits() == 1 && isa<InitListExpr>(strip(braces->getInit(0)))) {
      elements(braces->getInit(0), to);
      return;
    }
    for (unsigned i = 0; i < braces->getNumInits(); ++i) {
      to.element = i;
      destination(braces->getInit(i), to);
    }
  }

  /// `if (held && !done)`: held and done are tested.
  void tested(const Expr* condition) {
    if (!condition) return;
    condition = strip(condition);
    if (const auto* op = dyn_cast<UnaryOperator>(condition); op && op->getOpcode() == UO_LNot)
      return tested(op->getSubExpr());
    if (const auto* op = dyn_cast<BinaryOperator>(condition)) {
      if (op->isLogicalOp()) {
        tested(op->getLHS());
        tested(op->getRHS());
      } else if (op->isEqualityOp()) {
        tested(op->getLHS());
      }
      return;
    }
    if (LocalFacts* f = local(condition)) f->tested = true;
  }

  void constantFor(const VarDecl* v, const Expr* value) {
    Expr::EvalResult result;
    if (v->getType()->isIntegralOrEnumerationType() && !value->isValueDependent() &&
        value->EvaluateAsInt(result, l_.names_.context()))
      l_.locals_[v->getCanonicalDecl()].constants++;
  }

  /// Statements that are expressions: their value goes nowhere.
  void thrownAway(const Stmt* stmt) {
    if (const auto* label = dyn_cast_or_null<LabelStmt>(stmt)) stmt = label->getSubStmt();
    if (const auto* value = dyn_cast_or_null<Expr>(stmt)) l_.thrown_away_.insert(strip(value));
  }

  void note(Stmt* stmt) {
    if (auto* s = dyn_cast<CompoundStmt>(stmt))
      for (const Stmt* part : s->body())
        thrownAway(part);
    if (auto* s = dyn_cast<IfStmt>(stmt)) {
      thrownAway(s->getThen());
      thrownAway(s->getElse());
    }
    if (auto* s = dyn_cast<ForStmt>(stmt)) thrownAway(s->getBody());
    if (auto* s = dyn_cast<CXXForRangeStmt>(stmt)) thrownAway(s->getBody());
    if (auto* s = dyn_cast<WhileStmt>(stmt)) thrownAway(s->getBody());
    if (auto* s = dyn_cast<IfStmt>(stmt)) tested(s->getCond());
    if (auto* s = dyn_cast<WhileStmt>(stmt)) tested(s->getCond());
    if (auto* s = dyn_cast<DoStmt>(stmt)) tested(s->getCond());
    if (auto* s = dyn_cast<ForStmt>(stmt)) tested(s->getCond());
    if (auto* s = dyn_cast<ConditionalOperator>(stmt)) tested(s->getCond());
    if (auto* ref = dyn_cast<DeclRefExpr>(stmt)) {
      if (auto* f = dyn_cast<FunctionDecl>(ref->getDecl()); f && !callees_.contains(ref))
        l_.address_taken.push_back(f);
      if (auto* v = dyn_cast<VarDecl>(ref->getDecl()); v && v->hasLocalStorage())
        l_.locals_[v->getCanonicalDecl()].mentions++;
      return;
    }
    if (auto* call = dyn_cast<CallExpr>(stmt))
      if (auto* callee = dyn_cast_or_null<DeclRefExpr>(call->getCallee()->IgnoreParenImpCasts()))
        callees_.insert(callee);
    if (auto* op = dyn_cast<BinaryOperator>(stmt)) {
      if (op->isCompoundAssignmentOp()) {
        if (LocalFacts* f = local(op->getLHS())) {
          (op->getLHS()->getType()->isPointerType() ? f->steps : f->assignments)++;
          Expr::EvalResult step;
          if (op->isAdditiveOp() || op->getOpcode() == BO_AddAssign || op->getOpcode() == BO_SubAssign)
            f->counted +=
                !op->getRHS()->isValueDependent() && op->getRHS()->EvaluateAsInt(step, l_.names_.context());
        }
      } else if (op->isAssignmentOp()) {
        assign(op->getLHS(), op->getRHS());
      }
      return;
    }
    if (auto* op = dyn_cast<UnaryOperator>(stmt)) {
      if (op->isIncrementDecrementOp()) {
        if (LocalFacts* f = local(op->getSubExpr())) {
          (op->getType()->isPointerType() ? f->steps : f->assignments)++;
          f->counted++;
        }
      } else if (op->getOpcode() == UO_AddrOf) {
        if (LocalFacts* f = local(op->getSubExpr())) {
          f->address_taken = true;
          f->assignments++;
        } else if (LocalFacts* root = rootLocal(op->getSubExpr())) {
          root->address_taken = true;
        }
      }
      return;
    }
    if (auto* decls = dyn_cast<DeclStmt>(stmt)) {
      for (Decl* d : decls->decls())
        if (auto* v = dyn_cast<VarDecl>(d))
          if (Expr* init = v->getInit()) {
            constantFor(v, init);
            Destination to;
            to.variable = v;
            destination(init, to);
            if (v->getType()->isArrayType() || isStdArray(v->getType())) elements(init, to);
          }
      return;
    }
    if (auto* result = dyn_cast<ReturnStmt>(stmt)) {
      if (result->getRetValue()) {
        Destination to;
        to.kind = Destination::Kind::Returned;
        destination(result->getRetValue(), to);
      }
      return;
    }
    if (auto* made = dyn_cast<CXXNewExpr>(stmt)) {
      if (const CXXConstructExpr* construct = made->getConstructExpr()) {
        Destination to;
        to.kind = Destination::Kind::Heap;
        to.target = made;
        destination(construct, to);
      }
      return;
    }
    if (auto* op = dyn_cast<CXXOperatorCallExpr>(stmt)) {
      if (op->getOperator() == OO_Equal && op->getNumArgs() == 2) {
        assign(op->getArg(0), op->getArg(1));
        return;
      }
      if (op->getOperator() == OO_PlusPlus || op->getOperator() == OO_MinusMinus ||
          op->getOperator() == OO_PlusEqual || op->getOperator() == OO_MinusEqual) {
        if (LocalFacts* f = local(op->getArg(0))) f->steps++;
        return;
      }
    }
    if (auto* call = dyn_cast<CXXMemberCallExpr>(stmt)) {
      const CXXMethodDecl* method = call->getMethodDecl();
      if (method) {
        const Expr* object = call->getImplicitObjectArgument();
        if (method->getDeclName().isIdentifier() &&
            (method->getName() == "valid" || method->getName() == "push_back" ||
             method->getName() == "emplace_back" || method->getName() == "reserve"))
          if (LocalFacts* f = local(object)) f->idle_mentions++;
        TypeFacts facts = l_.names_.facts(object->getType());
        if (facts.is_pointer && facts.model && !method->isConst() && isa<CXXMethodDecl>(method) &&
            !method->isOverloadedOperator())
          if (LocalFacts* f = local(object)) f->assignments++; // reset, swap, release
        if ((method->getDeclName().isIdentifier()) &&
            (method->getName() == "push_back" || method->getName() == "emplace_back" ||
             method->getName() == "push" || method->getName() == "emplace" || method->getName() == "insert"))
          for (const Expr* arg : call->arguments()) {
            Destination to;
            to.kind = Destination::Kind::Element;
            to.target = object;
            destination(arg, to);
          }
      }
    }
    if (auto* call = dyn_cast<CallExpr>(stmt)) {
      const FunctionDecl* callee = call->getDirectCallee();
      isMoveOrForward_ =
          callee && callee->isInStdNamespace() && callee->getDeclName().isIdentifier() &&
          (callee->getName() == "forward" || callee->getName() == "as_const" ||
           callee->getName() == "addressof" || callee->getName() == "ref" || callee->getName() == "cref");
      if (callee) {
        unsigned shift = isa<CXXOperatorCallExpr>(call) && isa<CXXMethodDecl>(callee) ? 1 : 0;
        for (unsigned i = shift; i < call->getNumArgs(); ++i)
          if (i - shift < callee->getNumParams())
            bindReference(call->getArg(i), callee->getParamDecl(i - shift)->getType(),
                          !isMoveOrForward_ && l_.names_.inSystemHeader(callee->getLocation()));
      } else {
        for (const Expr* arg : call->arguments())
          if (arg->isGLValue())
            if (LocalFacts* f = rootLocal(arg)) f->address_taken = true;
      }
      isMoveOrForward_ = false;
      return;
    }
    if (auto* construct = dyn_cast<CXXConstructExpr>(stmt)) {
      const CXXConstructorDecl* ctor = construct->getConstructor();
      if (ctor->isCopyOrMoveConstructor()) {
        if (ctor->isMoveConstructor() && construct->getNumArgs() > 0)
          if (LocalFacts* f = local(construct->getArg(0))) (void)f;
        return;
      }
      for (unsigned i = 0; i < construct->getNumArgs() && i < ctor->getNumParams(); ++i)
        bindReference(construct->getArg(i), ctor->getParamDecl(i)->getType());
    }
  }

  void assign(const Expr* left, const Expr* right) {
    if (LocalFacts* f = local(left)) {
      constantFor(cast<VarDecl>(cast<DeclRefExpr>(strip(left))->getDecl()), right);
      f = local(left); // the table may have grown
      f->assignments++;
      f->single_assignment = f->assignments == 1 ? right : nullptr;
    }
    Destination to;
    to.kind = Destination::Kind::Assigned;
    to.target = left;
    destination(right, to);
  }

  Locals& l_;
  const Decl* owner_;
  const Stmt* loop_ = nullptr;
  bool in_try_ = false;
  bool isMoveOrForward_ = false;
  unsigned ordinal_ = 0;
  llvm::DenseSet<const DeclRefExpr*> callees_;
};

void Locals::scan(const Stmt* body, const Decl* owner) {
  if (!body || !scanned_.insert(body).second) return;
  LocalsVisitor visitor(*this, owner);
  if (const auto* ctor = dyn_cast_or_null<CXXConstructorDecl>(owner))
    for (const CXXCtorInitializer* init : ctor->inits()) {
      visitor.walk(init->getInit());
      if (init->isMemberInitializer()) {
        Destination to;
        to.kind = Destination::Kind::Member;
        to.member = init->getMember();
        const Expr* made = throughCopies(init->getInit());
        if (made) destinations_[made] = to;
      }
    }
  visitor.walk(const_cast<Stmt*>(body));
}

const LocalFacts& Locals::of(const VarDecl* decl) const {
  static const LocalFacts nothing;
  auto it = locals_.find(decl->getCanonicalDecl());
  return it == locals_.end() ? nothing : it->second;
}

const Destination* Locals::destination(const Expr* expr) const {
  auto it = destinations_.find(expr);
  return it == destinations_.end() ? nullptr : &it->second;
}

bool Locals::dropsFuture(const Expr* expr) const {
  const TypeModel* type = names_.facts(expr->getType()).model;
  if (!type || !type->future || expr->isGLValue()) return false;
  if (thrown_away_.contains(expr)) return true;
  const Destination* to = destination(expr);
  if (!to) return false;
  const VarDecl* keeps = to->kind == Destination::Kind::Variable ? to->variable : nullptr;
  if (to->kind == Destination::Kind::Element)
    if (const auto* ref = dyn_cast<DeclRefExpr>(strip(to->target))) keeps = dyn_cast<VarDecl>(ref->getDecl());
  if (!keeps || !keeps->hasLocalStorage() || isa<ParmVarDecl>(keeps) || keeps->getType()->isReferenceType())
    return false;
  const LocalFacts& facts = of(keeps);
  return facts.mentions == facts.idle_mentions;
}

const Stmt* Locals::enclosingLoop(const Stmt* stmt) const {
  auto it = loops_.find(stmt);
  return it == loops_.end() ? nullptr : it->second;
}

} // namespace racecourse::frontend
