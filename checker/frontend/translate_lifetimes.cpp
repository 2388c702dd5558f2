// How long things live, and who has them: thread handles that give their thread away, locals that end, connections that
// belong to one thread, the child that a fork makes.
#include "checker/frontend/translate.h"

#include "clang/Basic/SourceManager.h"

namespace racecourse::frontend {

using namespace clang;
using model::AccessKind;
using model::Event;
using model::EventId;
using model::EventKind;
using model::Path;
using model::RootKind;
using model::TypeClass;
using model::ValueKind;

std::uint16_t Translator::handleFlags(const TypeModel* handle) const {
  std::uint16_t flags = 0;
  if (handle && handle->joins_at_end) flags |= model::kSpawnJoinsAtEnd;
  if (handle && handle->must_join) flags |= model::kSpawnMustJoin;
  return flags;
}

/// `from` had a thread; `to` has it now. Nothing to say where the thread was made in place.
void Translator::moveHandle(const Expr* from, std::optional<Path> to, SourceLocation where) {
  const Expr* bare = strip(from);
  for (unsigned i = 0; i < 4; ++i) {
    if (const auto* made = dyn_cast<CXXConstructExpr>(bare);
        made && made->getConstructor()->isCopyOrMoveConstructor() && made->getNumArgs() == 1)
      bare = strip(made->getArg(0));
    else
      break;
  }
  if (isa<CXXConstructExpr>(bare)) return;
  std::optional<Path> path = paths_.object(bare);
  if (!path || (to && *to == *path)) return;
  Event event = make(EventKind::HandleMove, where);
  event.value = intern(*path);
  if (to) event.path = intern(*to);
  emit(std::move(event));
}

/// pthread_t is a number: whoever has a copy may join. What a function returns is its thread, handed over.
void Translator::copyHandle(const Expr* from, const std::optional<Path>& to) {
  QualType type = from->getType();
  if (type->isRecordType() || names_.facts(type).type_class != TypeClass::Handle) return;
  const Expr* bare = strip(from);
  if (to && isa<CallExpr>(bare)) {
    const std::optional<Path> result = paths_.object(bare);
    if (result && result->root == RootKind::Result) moveHandle(bare, to, bare->getExprLoc());
    return;
  }
  if (!bare->isLValue()) return;
  std::optional<Path> path = paths_.object(bare);
  if (!path || path->root == RootKind::Unknown) return;
  Event event = make(EventKind::Escape, bare->getExprLoc());
  event.path = intern(*path);
  event.escape = model::EscapeHow::Stored;
  emit(std::move(event));
}

/// push_back(std::move(t)), t = std::move(u), t.swap(u).
void Translator::handleArguments(const CallExpr* call, const FunctionDecl* callee, const Expr* receiver) {
  const auto* method = dyn_cast<CXXMethodDecl>(callee);
  if (!receiver || !method || method->isStatic()) return;
  bool is_operator = isa<CXXOperatorCallExpr>(call);
  unsigned first = is_operator ? 1 : 0;
  if (call->getNumArgs() <= first) return;
  const Expr* given = call->getArg(first);
  TypeFacts given_facts = names_.facts(given->getType());
  if (given_facts.type_class != TypeClass::Handle || !given->getType()->isRecordType() ||
      strip(given)->isPRValue())
    return;
  TypeFacts facts = names_.facts(pointeeOrSelf(receiver->getType()));
  std::optional<Path> to = receiver->getType()->isPointerType()
                               ? std::optional(Paths::dereference(paths_.value(receiver),
                                                                  pointeeOrSelf(receiver->getType()), names_))
                               : paths_.object(receiver);
  if (facts.is_container && to) to->steps.push_back({model::StepKind::Index, {}, -1});
  if (facts.type_class == TypeClass::Handle && !is_operator) {
    moveHandle(receiver, std::nullopt, call->getExprLoc()); // swap: who has which thread is not followed
    to.reset();
  }
  moveHandle(given, to, call->getExprLoc());
}

/// Calls of a library on a handle that belongs to one thread at a time.
void Translator::connections(const CallExpr* call, const FunctionDecl* callee, const FunctionModel* m) {
  if (!m && !names_.inSystemHeader(callee->getLocation())) return;
  if (m && (m->flags & model::kCallIgnoresShared)) return;
  auto use = [&](const Path& path, AccessKind kind, std::uint16_t flags) {
    if (!visible(path)) return;
    Event event = make(EventKind::Access, call->getExprLoc());
    event.path = intern(path);
    event.access = kind;
    event.type_class = TypeClass::Handle;
    event.by_library = true;
    event.initialises = kind == AccessKind::Write;
    event.flags = flags;
    emit(std::move(event));
  };
  for (unsigned i = 0; i < call->getNumArgs() && i < callee->getNumParams(); ++i) {
    QualType parameter = callee->getParamDecl(i)->getType();
    if (!parameter->isPointerType()) continue;
    QualType pointee = parameter->getPointeeType();
    bool opens = pointee->isPointerType();
    if (opens) pointee = pointee->getPointeeType();
    TypeFacts facts = names_.facts(pointee.getUnqualifiedType());
    if (!facts.model || !facts.model->per_thread) continue;
    Value value = paths_.value(call->getArg(i));
    if (value.kind == ValueKind::None) continue;
    if (!opens) {
      use(Paths::dereference(value, pointee, names_), AccessKind::ReadWrite,
          facts.model->locks_itself ? model::kAccessLocked : 0);
      continue;
    }
    std::uint16_t flags = 0;
    if (m && m->open_flags_argument >= 0 && unsigned(m->open_flags_argument) < call->getNumArgs()) {
      const Expr* given = call->getArg(m->open_flags_argument);
      Expr::EvalResult constant;
      if (!given->isValueDependent() && given->EvaluateAsInt(constant, names_.context())) {
        std::uint64_t bits = constant.Val.getInt().getLimitedValue();
        if (bits & m->unlocked_bits) flags |= model::kAccessUnlocked;
        if (bits & m->locked_bits) flags |= model::kAccessLocked;
      }
    }
    Path variable = Paths::dereference(value, parameter->getPointeeType(), names_);
    use(Paths::dereference(Value{ValueKind::Value, variable, nullptr}, pointee, names_), AccessKind::Write,
        flags);
  }
}

/// A library function that throws for reasons of the program, outside any try of this function.
void Translator::mayThrow(const CallExpr* call, const FunctionDecl* callee, const FunctionModel& m) {
  if (!(m.flags & model::kCallMayThrow) || (m.flags & model::kCallIndirect) || !canThrow(callee) ||
      locals_.inTry(call) || !names_.context().getLangOpts().CXXExceptions)
    return;
  Event event = make(EventKind::Call, call->getExprLoc());
  event.flags = model::kCallMayThrow | model::kCallKnown;
  event.label = unit_.intern(names_.modelName(callee));
  emit(std::move(event));
}

void Translator::joinPool(const Path& pool, SourceLocation where) {
  auto results = pool_results_.find(pool);
  if (results == pool_results_.end()) return;
  for (model::PathId result : results->second) {
    Event event = make(EventKind::Join, where);
    event.path = result;
    event.all_elements = true;
    emit(std::move(event));
  }
}

/// Destructors and ends of life in the order in which they happen: what was declared last goes first. Clang's graph has
/// the ends of objects without a destructor behind all destructors.
std::vector<CFGElement> Translator::inOrderOfEnding(const CFGBlock& block) const {
  std::vector<CFGElement> elements(block.begin(), block.end());
  const SourceManager& sm = names_.context().getSourceManager();
  auto variable = [](const CFGElement& e) -> const VarDecl* {
    if (auto dtor = e.getAs<CFGAutomaticObjDtor>()) return dtor->getVarDecl();
    if (auto end = e.getAs<CFGLifetimeEnds>()) return end->getVarDecl();
    return nullptr;
  };
  for (auto first = elements.begin(); first != elements.end();) {
    auto last = first;
    while (last != elements.end() && variable(*last))
      ++last;
    std::stable_sort(first, last, [&](const CFGElement& a, const CFGElement& b) {
      const VarDecl *x = variable(a), *y = variable(b);
      if (x == y) return a.getKind() != CFGElement::LifetimeEnds && b.getKind() == CFGElement::LifetimeEnds;
      return sm.isBeforeInTranslationUnit(y->getLocation(), x->getLocation());
    });
    first = last == elements.end() ? last : last + 1;
  }
  return elements;
}

/// A local whose end somebody else may notice: it was captured by reference, its address is known, or it has a thread.
void Translator::ends(const VarDecl* variable, SourceLocation where) {
  QualType type = variable->getType();
  if (type->isReferenceType() || variable->isStaticLocal()) return;
  TypeFacts facts = names_.facts(type);
  bool handle = facts.type_class == TypeClass::Handle;
  bool joins_by_type = facts.model && facts.model->joins_at_end;
  if (facts.is_container && facts.record) {
    TypeFacts inner = names_.facts(QualType(facts.record->getTypeForDecl(), 0));
    handle |= inner.type_class == TypeClass::Handle;
    joins_by_type |= inner.model && inner.model->joins_at_end;
  }
  Path path = paths_.ofVariable(variable);
  if (path.root == RootKind::Unknown) return;
  bool known = visible(path) || (isa<ParmVarDecl>(variable) && locals_.of(variable).address_taken);
  if (!handle && !known) return;
  if (handle && !joins_by_type && ends_with_join_.contains(path.entity.value)) { // the future of an async
    Event join = make(EventKind::Join, where.isValid() ? where : variable->getLocation());
    Path all = path;
    if (facts.is_container) all.steps.push_back({model::StepKind::Index, {}, -1});
    join.path = intern(all);
    join.all_elements = facts.is_container;
    emit(std::move(join));
  }
  Event event = make(EventKind::End, where.isValid() ? where
                                     : function_     ? function_->getEndLoc()
                                                     : variable->getLocation());
  event.path = intern(path);
  emit(std::move(event));
}

void Translator::parametersEnd(std::vector<EventId>& events) {
  if (!function_) return;
  std::vector<EventId>* outer = block_;
  block_ = &events;
  for (const ParmVarDecl* parameter : function_->parameters()) {
    const LocalFacts& facts = locals_.of(parameter);
    if (facts.captured_by_reference || facts.address_taken) ends(parameter, function_->getEndLoc());
  }
  block_ = outer;
}

/// `pid == 0`, `!pid`, `pid > 0` where pid is what fork returned.
bool Translator::isChild(const Expr* tested, bool negated, model::Condition& result) {
  const Expr* e = strip(tested);
  if (const auto* op = dyn_cast<BinaryOperator>(e); op && op->getOpcode() == BO_GT) {
    Expr::EvalResult zero;
    if (op->getRHS()->isValueDependent() || !op->getRHS()->EvaluateAsInt(zero, names_.context()) ||
        zero.Val.getInt() != 0)
      return false;
    e = strip(op->getLHS());
  }
  for (unsigned i = 0; i < 4; ++i) {
    if (const auto* op = dyn_cast<BinaryOperator>(e); op && op->getOpcode() == BO_Assign) {
      e = strip(op->getRHS());
    } else if (const auto* ref = dyn_cast<DeclRefExpr>(e)) {
      const auto* v = dyn_cast<VarDecl>(ref->getDecl());
      if (!v) return false;
      auto here = set_here_.find(v->getCanonicalDecl());
      const Expr* value = here != set_here_.end() && here->second ? here->second : v->getInit();
      const LocalFacts& facts = locals_.of(v);
      if (facts.assignments == 1 && facts.single_assignment) value = facts.single_assignment;
      if (!value) return false;
      e = strip(value);
    } else {
      break;
    }
  }
  auto made = event_of_.find(e);
  if (made == event_of_.end()) return false;
  const Event& event = out_.events[made->second.value];
  if (event.kind != EventKind::Call || !(event.flags & model::kCallForks)) return false;
  result.kind = model::ConditionKind::Child;
  result.event = made->second;
  result.negated = !negated;
  return true;
}

} // namespace racecourse::frontend
