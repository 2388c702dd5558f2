// Objects beginning and ending: constructors and destructors become calls with their object as the receiver; guards,
// mirrored guards and thread handles become what they do.
#include "checker/frontend/llvm_versions.h"
#include "checker/frontend/rounds.h"
#include "checker/frontend/translate.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"

namespace racecourse::frontend {

using namespace clang;
using model::AccessKind;
using model::Argument;
using model::Event;
using model::EventId;
using model::EventKind;
using model::Path;
using model::RootKind;
using model::StepKind;
using model::TypeClass;
using model::ValueKind;

void Translator::destructorCall(const CXXRecordDecl* record, const Path& object, SourceLocation where) {
  if (!record->hasDefinition() || names_.inSystemHeader(record->getLocation())) return;
  const CXXDestructorDecl* dtor = record->getDestructor();
  if (!dtor || dtor->isTrivial()) return;
  if (roles_.isUnlocker(record)) {
    auto given_back = unlockers_.find(object);
    if (given_back == unlockers_.end()) return;
    Event event = make(EventKind::Acquire, where);
    event.locks = given_back->second;
    emit(std::move(event));
    return;
  }
  if (roles_.guardClass(record)) {
    Event event = make(EventKind::GuardDestroy, where);
    event.path = intern(object);
    emit(std::move(event));
    return;
  }
  Event event = make(EventKind::Call, where);
  event.callee = names_.function(dtor);
  event.receiver = intern(object);
  event.label = unit_[event.callee].name;
  emit(std::move(event));
}

void Translator::constructGuard(const CXXConstructExpr* ce, const Path& guard) {
  const CXXConstructorDecl* ctor = ce->getConstructor();
  SourceLocation where = ce->getExprLoc();
  if (ctor->isCopyOrMoveConstructor() && ce->getNumArgs() >= 1) {
    // `return guard;` moves it out: the return says so itself.
    if (const Destination* to = locals_.destination(ce); to && to->kind == Destination::Kind::Returned)
      return;
    Event event = make(EventKind::GuardMove, where);
    event.path = intern(guard);
    const Expr* source = strip(ce->getArg(0));
    auto it = event_of_.find(source);
    if (it != event_of_.end() && out_.events[it->second.value].kind == EventKind::Call) {
      Path result;
      result.root = RootKind::Result;
      result.site = it->second;
      result.entity = out_.entity;
      event.value = intern(result);
    } else if (isa<CXXConstructExpr>(source)) {
      return; // built in place
    } else if (auto path = paths_.object(source)) {
      if (*path == guard) return;
      event.value = intern(*path);
    }
    emit(std::move(event), ce);
    return;
  }
  Event event = make(EventKind::GuardCreate, where);
  event.path = intern(guard);
  TypeFacts facts = names_.facts(ce->getType());
  const GuardClass* own =
      facts.type_class == TypeClass::Guard ? nullptr : roles_.guardClass(ce->getType()->getAsCXXRecordDecl());
  event.mode = own ? own->mode : facts.model ? facts.model->guard_mode : model::Mode::Exclusive;
  auto takeLock = [&](const Expr* arg) {
    auto lock = paths_.lock(arg);
    if (!lock) return;
    // The guard calls the class's own lock(): name what that takes.
    if (const FieldDecl* inner = roles_.innerLock(pointeeOrSelf(arg->getType())->getAsCXXRecordDecl())) {
      lock->steps.push_back({StepKind::Field, names_.field(inner), -1});
      if (inner->getType()->isReferenceType()) lock->steps.push_back({StepKind::Deref, {}, -1});
    }
    event.locks.push_back(intern(*lock));
  };
  if (own) {
    std::vector<unsigned> which = roles_.lockParameters(ctor);
    for (unsigned i : which)
      if (i < ce->getNumArgs() && !isa<CXXDefaultArgExpr>(ce->getArg(i))) takeLock(ce->getArg(i));
    const std::optional<unsigned> owner = which.empty() ? roles_.ownerParameter(*own, ctor) : std::nullopt;
    if (owner && *owner < ce->getNumArgs())
      if (auto lock = paths_.lock(ce->getArg(*owner))) {
        for (const FieldDecl* field : own->inside) {
          lock->steps.push_back({StepKind::Field, names_.field(field), -1});
          if (field->getType()->isReferenceType() || field->getType()->isPointerType())
            lock->steps.push_back({StepKind::Deref, {}, -1});
        }
        event.locks.push_back(intern(*lock));
      }
    if (which.empty() && event.locks.empty()) {
      // The guard finds its lock by itself: its constructor's summary says which.
      Event call = make(EventKind::Call, where);
      call.callee = names_.function(ctor);
      call.receiver = intern(guard);
      call.label = unit_[call.callee].name;
      std::vector<const Expr*> arguments(ce->arg_begin(), ce->arg_end());
      call.arguments = bindArguments(arguments, ctor);
      emit(std::move(call), ce);
      return;
    }
  } else {
    for (const Expr* arg : ce->arguments()) {
      if (isa<CXXDefaultArgExpr>(arg)) continue;
      QualType type = pointeeOrSelf(arg->getType());
      const RecordDecl* record = type->getAsRecordDecl();
      std::string tag = record ? names_.modelName(record) : std::string();
      std::string last = tag.substr(tag.rfind(':') == std::string::npos ? 0 : tag.rfind(':') + 1);
      if (last == "adopt_lock_t") {
        event.guard_how = model::GuardHow::Adopt;
      } else if (last == "defer_lock_t") {
        event.guard_how = model::GuardHow::Defer;
      } else if (last == "try_to_lock_t") {
        event.flavour = model::Flavour::Try;
      } else if (last == "duration" || last == "time_point") {
        event.flavour = model::Flavour::Timed;
      } else if (record || arg->getType()->isPointerType() ||
                 names_.facts(arg->getType()).lock != model::LockKind::None) {
        takeLock(arg);
      }
    }
  }
  bool may_fail = event.flavour != model::Flavour::Blocking;
  if (event.locks.size() == 1) paths_.guardHolds(guard, unit_[event.locks.front()]);
  emit(std::move(event), ce);
  if (may_fail) success_of_[ce] = Success::NonZero;
}

/// A queue whose bound is left out, or is 0.
static bool isUnbounded(const CXXConstructExpr* ce, int capacity, ASTContext& context) {
  if (static_cast<unsigned>(capacity) >= ce->getNumArgs()) return true;
  const Expr* bound = strip(ce->getArg(capacity));
  Expr::EvalResult value;
  return !bound->isValueDependent() && bound->getType()->isIntegerType() &&
         bound->EvaluateAsInt(value, context) && value.Val.getInt() == 0;
}

void Translator::construct(const CXXConstructExpr* ce) {
  const CXXConstructorDecl* ctor = ce->getConstructor();
  QualType type = ce->getType();
  while (const ArrayType* array = names_.context().getAsArrayType(type))
    type = array->getElementType();
  const CXXRecordDecl* record = type->getAsCXXRecordDecl();
  SourceLocation where = ce->getExprLoc();
  // Copies of temporaries build in place.
  if (ctor->isCopyOrMoveConstructor() && ce->getNumArgs() == 1 && ce->isElidable()) return;

  if (roles_.isGuard(type)) {
    return constructGuard(ce, buildsWholeObject(ce) ? destinationOf(ce, "temporary") : paths_.thisObject());
  }
  if (record && roles_.isUnlocker(record)) {
    Event event = make(EventKind::Release, where);
    for (unsigned i : roles_.lockParameters(ctor))
      if (i < ce->getNumArgs() && !isa<CXXDefaultArgExpr>(ce->getArg(i)))
        if (auto lock = paths_.lock(ce->getArg(i))) event.locks.push_back(intern(*lock));
    if (!event.locks.empty()) {
      unlockers_[destinationOf(ce, "temporary")] = event.locks;
      emit(std::move(event), ce);
      return;
    }
  }
  TypeFacts facts = names_.facts(type);
  std::vector<const Expr*> arguments(ce->arg_begin(), ce->arg_end());
  if (const FunctionModel* m = names_.functionModel(ctor, ce->getNumArgs())) {
    if (m->role == Role::Spawn && !ctor->isCopyOrMoveConstructor()) {
      std::size_t entry = m->entry_argument < 0 ? 0 : m->entry_argument;
      if (entry >= arguments.size()) return;
      std::vector<const Expr*> bound;
      if (m->first_bound_argument >= 0)
        for (std::size_t i = m->first_bound_argument; i < arguments.size(); ++i)
          bound.push_back(arguments[i]);
      std::uint16_t flags = m->spawn_flags;
      if (facts.model && facts.model->joins_at_end) flags |= model::kSpawnJoinsAtEnd;
      spawn(ce, arguments[entry], bound, destinationOf(ce, "temporary"), flags,
            names_.modelName(ctor->getParent()));
      return;
    }
    if (m->flags & (model::kCallInvokesArguments | model::kCallStoresArguments))
      callCallables(arguments, m->flags, ce);
    std::uint16_t makes = m->flags & (model::kCallBlocking | model::kCallIo | model::kCallMakesPool);
    if (m->capacity_argument >= 0 && isUnbounded(ce, m->capacity_argument, names_.context()))
      makes |= model::kCallUnbounded;
    if (makes && !ctor->isCopyOrMoveConstructor()) {
      Event event = make(EventKind::Call, where);
      event.flags = makes | model::kCallKnown;
      event.label = unit_.intern(names_.modelName(ctor->getParent()));
      event.rounds = roundsOf(ce, locals_, names_);
      if (makes & model::kCallUnbounded) event.receiver = intern(destinationOf(ce, "temporary"));
      emit(std::move(event), ce);
    }
  }
  bool system = record && names_.inSystemHeader(record->getLocation());
  if (facts.type_class == TypeClass::Handle && ctor->isMoveConstructor() && ce->getNumArgs() == 1) {
    const Destination* to = locals_.destination(ce);
    moveHandle(ce->getArg(0),
               to && to->kind != Destination::Kind::Returned ? std::optional(destinationOf(ce, "temporary"))
                                                             : std::nullopt,
               where);
    return;
  }
  if (facts.type_class != TypeClass::Plain && facts.type_class != TypeClass::Atomic) return;
  bool copies = ctor->isCopyOrMoveConstructor() && ce->getNumArgs() >= 1;
  if (system || (copies && (ctor->isImplicit() || ctor->isDefaulted() || ctor->isTrivial()))) {
    for (unsigned i = 0; i < arguments.size(); ++i) {
      const Expr* arg = arguments[i];
      if (isa<CXXDefaultArgExpr>(arg) || !strip(arg)->isGLValue() || paths_.callable(arg)) continue;
      QualType parameter = i < ctor->getNumParams() ? ctor->getParamDecl(i)->getType() : arg->getType();
      if (!parameter->isReferenceType()) continue;
      bool moved = copies && ctor->isMoveConstructor() && arg->isXValue();
      access(i == 0 ? ce : nullptr, paths_.object(arg), arg->getType(),
             moved ? AccessKind::ReadWrite : AccessKind::Read, arg->getExprLoc(), system);
    }
    return;
  }
  if (record && record->isLambda()) return;
  if (ctor->isTrivial()) return;
  // An implicit constructor that only builds members still runs theirs; it was translated like any other.
  Event event = make(EventKind::Call, where);
  event.callee = names_.function(ctor);
  event.label = unit_[event.callee].name;
  event.receiver = intern(buildsWholeObject(ce) ? destinationOf(ce, "temporary") : paths_.thisObject());
  event.arguments = bindArguments(arguments, ctor);
  event.rounds = roundsOf(ce, locals_, names_);
  if (canThrow(ctor) && !locals_.inTry(ce) && names_.context().getLangOpts().CXXExceptions)
    event.flags |= model::kCallMayThrow;
  for (const Expr* arg : arguments)
    if (paths_.callable(arg)) escapeCaptures(arg, where);
  emit(std::move(event), ce);
}

void Translator::destroyed(const VarDecl* variable, const Stmt* trigger) {
  QualType type = names_.context().getBaseElementType(variable->getType());
  if (variable->getType()->isReferenceType()) {
    // A reference that extends the life of a temporary guard.
    if (!roles_.isGuard(type)) return;
  }
  SourceLocation where = trigger     ? trigger->getEndLoc()
                         : function_ ? function_->getEndLoc()
                                     : variable->getLocation();
  Path path = paths_.ofVariable(variable);
  if (roles_.isGuard(type)) {
    Event event = make(EventKind::GuardDestroy, where);
    event.path = intern(path);
    emit(std::move(event));
    return;
  }
  TypeFacts facts = names_.facts(type);
  if (facts.model && facts.model->joins_at_end) {
    Event event = make(EventKind::Join, where);
    event.path = intern(path);
    emit(std::move(event));
    joinPool(path, where);
    return;
  }
  if (facts.is_container && facts.record) {
    TypeFacts inner = names_.facts(QualType(facts.record->getTypeForDecl(), 0));
    if (inner.model && inner.model->joins_at_end) { // vector<jthread>
      path.steps.push_back({StepKind::Index, {}, -1});
      Event event = make(EventKind::Join, where);
      event.path = intern(path);
      event.all_elements = true;
      emit(std::move(event));
      return;
    }
  }
  if (const auto* record = type->getAsCXXRecordDecl()) destructorCall(record, path, where);
}

void Translator::destroyTemporary(const CXXBindTemporaryExpr* temporary) {
  const Expr* made = strip(temporary->getSubExpr());
  QualType type = temporary->getType();
  if (roles_.isGuard(type)) {
    const Destination* to = locals_.destination(made);
    if (to && to->kind != Destination::Kind::Element) return; // moved elsewhere: ends there
    Event event = make(EventKind::GuardDestroy, temporary->getEndLoc());
    event.path = intern(destinationOf(made, "temporary"));
    emit(std::move(event));
    return;
  }
  TypeFacts facts = names_.facts(type);
  if (facts.model && facts.model->joins_at_end && !locals_.destination(made)) {
    Event event = make(EventKind::Join, temporary->getEndLoc()); // a discarded future waits here
    event.path = intern(destinationOf(made, "temporary"));
    emit(std::move(event));
  }
  if (facts.model && facts.model->must_join && !locals_.destination(made) && isa<CXXConstructExpr>(made) &&
      event_of_.count(made) != 0) {
    Event event = make(EventKind::End, temporary->getEndLoc());
    event.path = intern(destinationOf(made, "temporary"));
    emit(std::move(event));
  }
}

} // namespace racecourse::frontend
