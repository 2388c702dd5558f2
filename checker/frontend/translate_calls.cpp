// Calls and constructions: a library function does what its model says; a user's function becomes a call with bindings;
// what nobody describes touches only what it is given.
#include "checker/frontend/chance.h"
#include "checker/frontend/rounds.h"
#include "checker/frontend/translate.h"
#include "checker/model/labels.h"

#include "clang/AST/Attr.h"
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

/// std::launch::deferred, in the standard libraries of GNU and LLVM.
static constexpr int kLaunchDeferred = 2;

static const CXXRecordDecl* recordOf(const Expr* expr) {
  if (!expr) return nullptr;
  // A method of a base is called on the base; the model may name the class that people wrote.
  QualType type = expr->IgnoreParenBaseCasts()->getType();
  if (type->isPointerType()) type = type->getPointeeType();
  return type->getAsCXXRecordDecl();
}

QualType pointeeOrSelf(QualType type) {
  return type->isPointerType() ? type->getPointeeType() : type;
}

bool isRelaxed(llvm::ArrayRef<const Expr*> arguments, const ASTContext& context, bool bare) {
  bool named = false;
  for (const Expr* arg : arguments) {
    // A default argument is the strongest order.
    if (isa<CXXDefaultArgExpr>(arg)) {
      if (arg->getType()->isEnumeralType()) return false;
      continue;
    }
    const auto* type = arg->getType()->getAs<EnumType>();
    const bool is_order = type && type->getDecl()->getName() == "memory_order";
    if (!is_order && !bare) continue;
    Expr::EvalResult value;
    if (arg->isValueDependent() || !arg->EvaluateAsInt(value, context) || value.Val.getInt() != 0)
      return false;
    named = true;
  }
  return named;
}

bool canThrow(const FunctionDecl* callee) {
  if (callee->getBuiltinID()) return false;
  const auto* proto = callee->getType()->getAs<FunctionProtoType>();
  if (!proto) return false;
  if (isUnresolvedExceptionSpec(proto->getExceptionSpecType())) return true;
  return !proto->isNothrow();
}

/// Arguments that stand for parameters, without an operator's receiver.
static std::vector<const Expr*> argumentsOf(const CallExpr* call, const FunctionDecl* callee) {
  std::vector<const Expr*> result(call->arg_begin(), call->arg_end());
  if (isa<CXXOperatorCallExpr>(call) && isa<CXXMethodDecl>(callee) && !result.empty() &&
      !cast<CXXMethodDecl>(callee)->isStatic())
    result.erase(result.begin());
  return result;
}

void Translator::call(const CallExpr* ce) {
  const FunctionDecl* callee = ce->getDirectCallee();
  if (!callee) {
    if (isa<CXXPseudoDestructorExpr>(ce->getCallee()->IgnoreParens())) return;
    return indirectCall(ce);
  }
  const Expr* receiver = nullptr;
  if (const auto* member = dyn_cast<CXXMemberCallExpr>(ce)) receiver = member->getImplicitObjectArgument();
  if (const auto* op = dyn_cast<CXXOperatorCallExpr>(ce);
      op && isa<CXXMethodDecl>(callee) && op->getNumArgs() > 0)
    receiver = op->getArg(0);
  if (const IdentifierInfo* id = callee->getIdentifier();
      id && (id->getName().ends_with("thread_fence") || id->getName() == "__sync_synchronize"))
    state_.has_fence = true;
  const FunctionModel* m = names_.functionModel(callee, ce->getNumArgs(), recordOf(receiver));
  connections(ce, callee, m);
  handleArguments(ce, callee, receiver);
  if (m) {
    mayThrow(ce, callee, *m);
    modelled(ce, *m, callee, receiver);
    if (m->sql != Sql::None) query(ce, *m);
    return;
  }
  if (isAllocation(ce)) {
    allocation(ce);
    return;
  }
  if (callee->getBuiltinID() && StringRef(callee->getNameAsString()).starts_with("__builtin_")) {
    if (callee->isNoReturn()) {
      Event event = make(EventKind::Call, ce->getExprLoc());
      event.flags = model::kCallNoReturn | model::kCallKnown;
      event.callee = names_.function(callee);
      emit(std::move(event), ce);
    }
    return;
  }
  // std::function and the like: a call through a pointer.
  if (const auto* op = dyn_cast<CXXOperatorCallExpr>(ce);
      op && op->getOperator() == OO_Call && names_.inSystemHeader(callee->getLocation()))
    return indirectCall(ce);
  if (names_.inSystemHeader(callee->getLocation()) &&
      !(isa<CXXMethodDecl>(callee) && cast<CXXMethodDecl>(callee)->getParent()->isLambda()))
    return libraryCall(ce, callee, receiver);
  userCall(ce, callee, receiver);
}

bool Translator::handleOfElement(const Expr* receiver) {
  if (!receiver) return false;
  TypeFacts facts = names_.facts(pointeeOrSelf(receiver->getType()));
  if (!facts.is_container || !facts.record) return false;
  return names_.facts(QualType(facts.record->getTypeForDecl(), 0)).type_class == TypeClass::Handle;
}

void Translator::modelled(const CallExpr* ce, const FunctionModel& m, const FunctionDecl* callee,
                          const Expr* receiver) {
  std::vector<const Expr*> arguments = argumentsOf(ce, callee);
  SourceLocation where = ce->getExprLoc();
  const Expr* subject = m.subject < 0                               ? receiver
                        : std::size_t(m.subject) < arguments.size() ? arguments[m.subject]
                                                                    : nullptr;
  auto subjectPath = [&]() -> std::optional<Path> {
    if (!subject) return std::nullopt;
    if (subject->getType()->isPointerType())
      return Paths::dereference(paths_.value(subject), subject->getType()->getPointeeType(), names_);
    return paths_.object(subject);
  };
  auto receiverPath = [&]() -> std::optional<Path> {
    if (!receiver) return std::nullopt;
    if (receiver->getType()->isPointerType())
      return Paths::dereference(paths_.value(receiver), receiver->getType()->getPointeeType(), names_);
    return paths_.object(receiver);
  };
  bool is_guard = subject && names_.facts(pointeeOrSelf(subject->getType())).type_class == TypeClass::Guard;
  std::string name = callee->getNameAsString();

  switch (m.role) {
  case Role::Acquire: {
    const bool one_guard = is_guard && !m.variadic;
    Event event = make(one_guard ? EventKind::GuardAcquire : EventKind::Acquire, where);
    event.mode = m.mode;
    event.flavour = m.flavour;
    if (one_guard) {
      if (auto path = subjectPath()) event.path = intern(*path);
    } else if (m.variadic) {
      for (std::size_t i = m.subject < 0 ? 0 : m.subject; i < arguments.size(); ++i) {
        if (roles_.isGuard(arguments[i]->getType())) { // std::lock(lk1, lk2) on deferred guards
          if (auto guard = paths_.object(arguments[i])) {
            Event one = make(EventKind::GuardAcquire, where);
            one.path = intern(*guard);
            one.flavour = model::Flavour::Try; // the group never waits while holding
            one.flags = model::kGuardGroup;
            emit(std::move(one));
          }
          continue;
        }
        if (auto lock = paths_.lock(arguments[i])) event.locks.push_back(intern(*lock));
      }
      if (event.locks.empty()) return;
    } else if (subject) {
      if (auto lock = paths_.lock(subject)) event.locks.push_back(intern(*lock));
      if (subject == receiver) event.flags |= model::kLockByMember;
    }
    emit(std::move(event), ce);
    if (m.flavour != model::Flavour::Blocking || m.success != Success::Always) success_of_[ce] = m.success;
    return;
  }
  case Role::Release: {
    Event event = make(is_guard ? EventKind::GuardRelease : EventKind::Release, where);
    event.mode = m.mode;
    if (is_guard) {
      if (auto path = subjectPath()) event.path = intern(*path);
    } else if (subject) {
      if (auto lock = paths_.lock(subject)) event.locks.push_back(intern(*lock));
      if (subject == receiver) event.flags |= model::kLockByMember;
    }
    emit(std::move(event), ce);
    return;
  }
  case Role::AssertHeld: {
    Event event = make(EventKind::AssertHeld, where);
    event.mode = m.mode;
    if (subject)
      if (auto lock = paths_.lock(subject)) event.locks.push_back(intern(*lock));
    emit(std::move(event), ce);
    return;
  }
  case Role::Wait: {
    Event event = make(EventKind::Wait, where);
    if (auto path = subjectPath()) event.path = intern(*path);
    if (m.lock_argument >= 0 && std::size_t(m.lock_argument) < arguments.size()) {
      const Expr* lock = arguments[m.lock_argument];
      if (roles_.isGuard(pointeeOrSelf(lock->getType()))) {
        if (auto guard = paths_.object(lock)) event.value = intern(*guard);
      } else if (auto path = paths_.lock(lock)) {
        event.locks.push_back(intern(*path));
      }
    }
    event.has_predicate = m.predicate_argument >= 0 && std::size_t(m.predicate_argument) < arguments.size();
    event.flavour = m.timed ? model::Flavour::Timed : model::Flavour::Blocking;
    emit(std::move(event), ce);
    if (out_.events.back().has_predicate)
      callCallables(arguments[m.predicate_argument], model::kCallInvokesArguments, ce);
    return;
  }
  case Role::Notify: {
    Event event = make(EventKind::Notify, where);
    if (auto path = subjectPath()) event.path = intern(*path);
    emit(std::move(event), ce);
    return;
  }
  case Role::Spawn: {
    std::size_t entry = m.entry_argument < 0 ? 0 : m.entry_argument;
    // std::async(policy, f, …): the policy is no callable.
    if (entry < arguments.size() && arguments[entry]->getType()->isEnumeralType()) {
      Expr::EvalResult policy;
      const bool deferred = !arguments[entry]->isValueDependent() &&
                            arguments[entry]->EvaluateAsInt(policy, names_.context()) &&
                            policy.Val.getInt() == kLaunchDeferred;
      // Runs where its result is asked for, in that thread.
      if (++entry < arguments.size() && deferred)
        return callCallables(arguments[entry], model::kCallInvokesArguments, ce);
    }
    if (entry >= arguments.size()) return;
    std::vector<const Expr*> bound;
    if (m.first_bound_argument >= 0) {
      std::size_t from = m.first_bound_argument + (entry - (m.entry_argument < 0 ? 0 : m.entry_argument));
      for (std::size_t i = from; i < arguments.size(); ++i)
        bound.push_back(arguments[i]);
    }
    std::optional<Path> handle;
    if (m.handle_argument >= 0 && std::size_t(m.handle_argument) < arguments.size()) {
      Value v = paths_.value(arguments[m.handle_argument]);
      if (v.kind == ValueKind::Object) handle = v.path;
      if (v.kind == ValueKind::Value) handle = Paths::dereference(v, {}, names_);
    } else if (m.handle_argument == kReceiverArgument && receiver) {
      handle = receiverPath();
    } else {
      handle = destinationOf(ce, "temporary");
      // A task is over when its result was asked for, or when its pool has ended.
      if (std::optional<Path> pool = m.spawn_flags & model::kSpawnPool ? receiverPath() : std::nullopt) {
        if (locals_.destination(ce))
          pool_results_[*pool].push_back(intern(*handle));
        else
          handle = pool;
      }
    }
    std::uint16_t flags = m.spawn_flags;
    if (m.kind_argument >= 0 && unsigned(m.kind_argument) < arguments.size() &&
        !arguments[m.kind_argument]->isNullPointerConstant(names_.context(),
                                                           Expr::NPC_ValueDependentIsNotNull))
      flags |= model::kSpawnMaybeDetached;
    spawn(ce, arguments[entry], bound, handle, flags, names_.modelName(callee));
    if (ce->getType()->isIntegerType() && !ce->getType()->isBooleanType()) success_of_[ce] = Success::Zero;
    return;
  }
  case Role::Join:
  case Role::Detach: {
    Event event = make(m.role == Role::Join ? EventKind::Join : EventKind::Detach, where);
    auto path = subject ? paths_.object(subject) : std::nullopt;
    if (subject) // std::thread(f).detach(), std::async(f).get()
      if (auto made = event_of_.find(strip(subject));
          made != event_of_.end() && out_.events[made->second.value].kind == EventKind::Spawn)
        path = out_.events[made->second.value].path
                   ? std::optional(unit_[out_.events[made->second.value].path])
                   : std::nullopt;
    if (m.role == Role::Join && !arguments.empty()) { // shutdown(false)
      Expr::EvalResult wait;
      if (subject != arguments[0] && arguments[0]->getType()->isBooleanType() &&
          !arguments[0]->isValueDependent() && arguments[0]->EvaluateAsInt(wait, names_.context()) &&
          wait.Val.getInt() == 0)
        return;
    }
    if (m.role == Role::Detach && !path) emit(std::move(event), ce); // pthread_detach(pthread_self())
    if (path) {
      if (subject->getType()->isPointerType() && subject == receiver)
        path = Paths::dereference(paths_.value(subject), subject->getType()->getPointeeType(), names_);
      bool any_element = false;
      for (const model::Step& step : path->steps)
        any_element |= step.kind == StepKind::Index && step.index < 0;
      event.path = intern(*path);
      const Stmt* loop = locals_.enclosingLoop(ce);
      event.all_elements = any_element && loop;
      if (m.role == Role::Join && function_ && joinsByChance(function_->getBody(), ce, names_))
        event.flavour = model::Flavour::Try;
      EventId id = emit(std::move(event), ce);
      if (any_element && loop && m.role == Role::Join) loop_joins_.push_back({loop, id});
      if (m.role == Role::Join) joinPool(*path, where);
    }
    return;
  }
  case Role::LockInit: return lockInit(m, arguments, subjectPath());
  case Role::LockDestroy: return;
  case Role::Once: callCallables(arguments, model::kCallOnce | model::kCallInvokesArguments, ce); return;
  case Role::ContainerRead:
  case Role::ContainerTest:
  case Role::ContainerWrite: {
    if ((name == "emplace_back" || name == "emplace" || name == "push_back") && handleOfElement(receiver) &&
        !arguments.empty() && paths_.callable(arguments[0])) {
      auto handle = subjectPath();
      if (handle) handle->steps.push_back({StepKind::Index, {}, -1});
      std::vector<const Expr*> bound(arguments.begin() + 1, arguments.end());
      QualType element(names_.facts(pointeeOrSelf(receiver->getType())).record->getTypeForDecl(), 0);
      const TypeModel* handle_model = names_.facts(element).model;
      spawn(ce, arguments[0], bound, handle, handleFlags(handle_model), "std::thread");
      return;
    }
    auto container = subjectPath();
    AccessKind kind = m.role == Role::ContainerWrite ? AccessKind::ReadWrite : AccessKind::Read;
    // Non-const members that only hand out positions are reads of the container itself.
    EventId id =
        access(ce, container, subject ? pointeeOrSelf(subject->getType()) : QualType(), kind, where, true);
    if (!id && container && subject &&
        names_.facts(pointeeOrSelf(subject->getType())).type_class == TypeClass::Synchroniser) {
      Event event =
          make(EventKind::Access, where); // no race, but something that a test of it can decide about
      event.path = intern(*container);
      event.access = kind;
      event.type_class = TypeClass::Synchroniser;
      event.by_library = true;
      id = emit(std::move(event), ce);
    }
    if (id && m.grows) out_.events[id.value].flags |= model::kAccessGrows;
    if (id && m.role == Role::ContainerWrite) {
      std::vector<EventId> inputs;
      for (const Expr* arg : arguments)
        reads(arg, inputs);
      out_.events[id.value].inputs = std::move(inputs);
    }
    if (m.role == Role::ContainerWrite)
      for (const Expr* arg : arguments)
        escapeValue(arg, model::EscapeHow::Stored, where);
    if (m.role == Role::ContainerTest && id) {
      Event event = make(EventKind::Call, where);
      event.flags = model::kCallContainerTest | model::kCallKnown;
      event.receiver = intern(*container);
      event.label = unit_.intern(name);
      emit(std::move(event), ce);
    }
    if (m.flags & model::kCallBlocking) break; // a queue that waits
    if (m.flags & (model::kCallInvokesArguments | model::kCallStoresArguments))
      callCallables(arguments, m.flags, ce);
    return;
  }
  case Role::Dereference:
    // Looking through a smart pointer reads the pointer itself.
    if (subject) access(ce, paths_.object(subject), subject->getType(), AccessKind::Read, where, true);
    return;
  case Role::Forward: return;
  case Role::MakeObject: {
    EventId site = allocation(ce);
    if (!site) return;
    Path object;
    object.root = RootKind::Alloc;
    object.site = site;
    object.entity = out_.entity;
    // make_shared<T>(…): T's constructor runs inside the library.
    const TemplateArgumentList* targs = callee->getTemplateSpecializationArgs();
    if (!targs || targs->size() == 0 || targs->get(0).getKind() != TemplateArgument::Type) return;
    QualType made = targs->get(0).getAsType();
    TypeFacts facts = names_.facts(made);
    if (facts.type_class == TypeClass::Handle && !arguments.empty() && paths_.callable(arguments[0])) {
      std::vector<const Expr*> bound(arguments.begin() + 1, arguments.end());
      std::optional<Path> handle = object;
      if (const Destination* to = locals_.destination(ce))
        if (to->kind != Destination::Kind::Variable && to->kind != Destination::Kind::Returned) {
          handle = destinationOf(ce, "temporary");
          if (to->kind != Destination::Kind::Assigned) handle->steps.push_back({StepKind::Deref, {}, -1});
        }
      spawn(ce, arguments[0], bound, handle, handleFlags(facts.model), "std::thread");
      return;
    }
    const CXXRecordDecl* record = made->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition() || names_.inSystemHeader(record->getLocation())) return;
    const CXXConstructorDecl* only = nullptr;
    for (const CXXConstructorDecl* ctor : record->ctors())
      if (!ctor->isCopyOrMoveConstructor() && ctor->getNumParams() >= arguments.size() &&
          ctor->getMinRequiredArguments() <= arguments.size()) {
        if (only) return; // overloads: which one is not known here
        only = ctor;
      }
    if (!only || only->isTrivial()) return;
    Event event = make(EventKind::Call, where);
    event.callee = names_.function(only);
    event.receiver = intern(object);
    event.label = unit_[event.callee].name;
    event.arguments = bindArguments(arguments, only);
    emit(std::move(event));
    return;
  }
  case Role::AtomicLoad:
  case Role::AtomicStore:
  case Role::AtomicUpdate:
  case Role::AtomicCompareExchange: {
    if (!subject) return;
    // An atomic's own methods: the receiver; free functions: what the argument points to.
    std::optional<Path> object = subjectPath();
    QualType type = pointeeOrSelf(subject->getType());
    AccessKind kind = m.role == Role::AtomicLoad    ? AccessKind::Read
                      : m.role == Role::AtomicStore ? AccessKind::Write
                                                    : AccessKind::ReadWrite;
    EventId id = access(ce, object, type, kind, where);
    if (!id) return;
    Event& event = out_.events[id.value];
    event.type_class = TypeClass::Atomic;
    event.atomic = m.role == Role::AtomicLoad     ? model::AtomicOp::Load
                   : m.role == Role::AtomicStore  ? model::AtomicOp::Store
                   : m.role == Role::AtomicUpdate ? model::AtomicOp::Update
                                                  : model::AtomicOp::CompareExchange;
    std::vector<EventId> inputs;
    for (const Expr* arg : arguments)
      reads(arg, inputs);
    out_.events[id.value].inputs = std::move(inputs);
    if (isRelaxed(arguments, names_.context())) out_.events[id.value].flags = model::kAccessRelaxed;
    return;
  }
  case Role::GuardOwns: return;
  case Role::GuardDisown: {
    Event event = make(EventKind::GuardDisown, where);
    if (auto path = subjectPath()) event.path = intern(*path);
    emit(std::move(event), ce);
    return;
  }
  case Role::GuardSwap:
    note(model::Note::Kind::UnsupportedSyntax, where, "swapped guards are not followed");
    return;
  case Role::ThrowOnly:
    if (!locals_.inTry(ce)) emit(make(EventKind::Throw, where), ce);
    return;
  case Role::Probe: {
    Event event = make(EventKind::Probe, where);
    if (!arguments.empty())
      if (const auto* text = dyn_cast<StringLiteral>(strip(arguments[0])))
        event.label = unit_.intern(text->getString());
    emit(std::move(event), ce);
    return;
  }
  case Role::None: break;
  }
  // A guard assigned from another.
  if (receiver && name == "operator=" && is_guard && !arguments.empty()) {
    if (isa<CXXConstructExpr>(strip(arguments[0])) && locals_.destination(strip(arguments[0]))) return;
    Event event = make(EventKind::GuardMove, where);
    if (auto path = paths_.object(receiver)) event.path = intern(*path);
    if (auto path = paths_.object(arguments[0])) event.value = intern(*path);
    emit(std::move(event), ce);
    return;
  }
  const bool synchroniser =
      receiver && names_.facts(pointeeOrSelf(receiver->getType())).type_class == TypeClass::Synchroniser;
  if ((m.flags & model::kCallIndirect) && receiver) { // what the object holds runs now
    Event event = make(EventKind::Call, where);
    event.flags = model::kCallIndirect | model::kCallKnown;
    if (auto path = subjectPath()) event.path = intern(*path);
    emit(std::move(event), ce);
  }
  if ((m.flags & (model::kCallBlocking | model::kCallNoReturn | model::kCallForks)) || synchroniser) {
    Event event = make(EventKind::Call, where);
    event.flags = m.flags | model::kCallKnown;
    if (m.flags & model::kCallForks) event.flags &= ~model::kCallStoresArguments;
    event.flags &= ~model::kCallMayThrow; // said apart
    if (synchroniser)
      if (auto path = receiverPath()) event.receiver = intern(*path);
    event.label = unit_.intern(names_.modelName(callee));
    // Whom it waits for: a barrier, a latch.
    if (subject && names_.facts(pointeeOrSelf(subject->getType())).type_class == TypeClass::Synchroniser)
      if (auto path = subjectPath()) event.receiver = intern(*path);
    emit(std::move(event), ce);
  }
  if (m.flags & (model::kCallInvokesArguments | model::kCallStoresArguments | model::kCallOnce))
    callCallables(arguments, m.flags, ce);
  if (!(m.flags & model::kCallIgnoresShared)) libraryCall(ce, callee, receiver);
}

/// A function of the system's headers: it reads what it takes by const reference and may write what it takes otherwise.
void Translator::libraryCall(const CallExpr* ce, const FunctionDecl* callee, const Expr* receiver) {
  std::vector<const Expr*> arguments = argumentsOf(ce, callee);
  SourceLocation where = ce->getExprLoc();
  std::string name = callee->getNameAsString();
  if (callee->isInStdNamespace() && (name == "min" || name == "max") && ce->getType()->isPointerType() &&
      names_.facts(ce->getType()->getPointeeType()).type_class == TypeClass::Lock) {
    Event event = make(EventKind::Call, where);
    event.flags = model::kCallKnown;
    event.label = unit_.intern(model::kOrdersLocks);
    emit(std::move(event));
    return;
  }
  if (receiver) {
    QualType type = pointeeOrSelf(receiver->getType());
    TypeFacts facts = names_.facts(type);
    const auto* method = cast<CXXMethodDecl>(callee);
    bool plain = facts.type_class == TypeClass::Plain || facts.type_class == TypeClass::Atomic;
    if (plain && !method->isStatic()) {
      std::optional<Path> object =
          receiver->getType()->isPointerType()
              ? std::optional(Paths::dereference(paths_.value(receiver), type, names_))
              : paths_.object(receiver);
      bool writes = !method->isConst();
      if (facts.is_pointer && facts.model && (name == "operator->" || name == "operator*" || name == "get"))
        writes = false;
      if (facts.is_container && (name == "begin" || name == "end" || name == "at" || name == "operator[]" ||
                                 name == "find" || name == "front" || name == "back" || name == "data"))
        writes = name == "operator[]" && facts.model &&
                 StringRef(names_.modelName(cast<CXXMethodDecl>(callee)->getParent())).contains("map");
      if (name == "operator=") {
        EventId id = access(ce, object, type, AccessKind::Write, where, true);
        if (id && !arguments.empty()) out_.events[id.value].inputs = readsOf(arguments[0]);
        if (facts.is_pointer && !arguments.empty()) {
          escapeValue(arguments[0], model::EscapeHow::Stored, where);
          if (id) {
            Argument value = toArgument(paths_.value(arguments[0]));
            out_.events[id.value].value = value.path;
            out_.events[id.value].value_kind = value.kind;
          }
        }
      } else {
        access(ce, object, type, writes ? AccessKind::ReadWrite : AccessKind::Read, where, true);
      }
    }
  }
  bool forwards_only =
      callee->isInStdNamespace() && (name == "move" || name == "forward" || name == "addressof");
  for (unsigned i = 0; i < arguments.size(); ++i) {
    if (forwards_only) break;
    const Expr* arg = arguments[i];
    QualType parameter = i < callee->getNumParams() ? callee->getParamDecl(i)->getType() : arg->getType();
    if (paths_.callable(arg)) continue;
    if (parameter->isReferenceType()) {
      QualType referred = parameter->getPointeeType();
      if (strip(arg)->isPRValue()) continue;
      bool writes = !referred.isConstQualified() && !parameter->isRValueReferenceType();
      if (parameter->isRValueReferenceType()) writes = arg->isXValue();
      access(nullptr, paths_.object(arg), arg->getType(), writes ? AccessKind::ReadWrite : AccessKind::Read,
             arg->getExprLoc(), true);
    } else if (parameter->isPointerType() && !parameter->getPointeeType()->isFunctionType()) {
      QualType pointee = parameter->getPointeeType();
      // Opaque library objects (FILE*, DIR*) look after themselves.
      if (const RecordDecl* record = pointee->getAsRecordDecl();
          record && names_.inSystemHeader(record->getLocation())) {
        const CXXRecordDecl* cxx = dyn_cast<CXXRecordDecl>(record);
        if (!cxx || !cxx->hasDefinition() || !cxx->isPOD()) continue;
      }
      Value value = paths_.value(arg);
      if (value.kind == ValueKind::None) continue;
      // Pointers to pointers and strings that only a Value names are read through rarely enough to be noise.
      Path object = Paths::dereference(value, pointee, names_);
      // memset(table, …) is given the first element and means them all.
      if (strip(arg)->getType()->isArrayType() && !object.steps.empty() &&
          object.steps.back() == model::Step{StepKind::Index, {}, 0})
        object.steps.pop_back();
      access(nullptr, object,
             strip(arg)->getType()->isPointerType() ? strip(arg)->getType()->getPointeeType() : pointee,
             pointee.isConstQualified() ? AccessKind::Read : AccessKind::Write, arg->getExprLoc(), true);
    }
  }
  if (callee->isNoReturn()) {
    Event event = make(EventKind::Call, where);
    event.flags = model::kCallNoReturn | model::kCallKnown;
    event.label = unit_.intern(names_.modelName(callee));
    emit(std::move(event), ce);
    return;
  }
  // Lambdas given to library code that no model describes: who calls them, and when, is not known.
  const FunctionModel* m = names_.functionModel(callee, ce->getNumArgs(), recordOf(receiver));
  if (!m)
    for (const Expr* arg : arguments)
      if (paths_.callable(arg)) callCallables(arg, model::kCallStoresArguments, ce);
}

void Translator::userCall(const CallExpr* ce, const FunctionDecl* callee, const Expr* receiver) {
  std::vector<const Expr*> arguments = argumentsOf(ce, callee);
  SourceLocation where = ce->getExprLoc();
  std::optional<Path> object;
  QualType receiver_type;
  const auto* method = dyn_cast<CXXMethodDecl>(callee);
  if (receiver && method && !method->isStatic()) {
    receiver_type = pointeeOrSelf(receiver->getType());
    object = receiver->getType()->isPointerType()
                 ? std::optional(Paths::dereference(paths_.value(receiver), receiver_type, names_))
                 : paths_.object(receiver);
    // The user's own lock and guard classes.
    TypeFacts facts = names_.facts(receiver_type);
    if (facts.type_class == TypeClass::Lock && !facts.model && object) {
      LockMethod what = roles_.lockMethod(callee);
      if (what.role != MethodRole::None) {
        Event event = make(what.role == MethodRole::Release ? EventKind::Release : EventKind::Acquire, where);
        event.mode = what.mode;
        if (what.role == MethodRole::TryAcquire) event.flavour = model::Flavour::Try;
        event.flags = model::kLockByMember;
        event.locks.push_back(intern(paths_.collapseLock(*object)));
        emit(std::move(event), ce);
        if (what.role == MethodRole::TryAcquire) success_of_[ce] = Success::NonZero;
        return;
      }
    }
    if (const CXXRecordDecl* record = recordOf(receiver); record && object && roles_.guardClass(record)) {
      LockMethod what = roles_.guardMethod(callee);
      if (what.role != MethodRole::None) {
        Event event =
            make(what.role == MethodRole::Release ? EventKind::GuardRelease : EventKind::GuardAcquire, where);
        event.mode = what.mode;
        if (what.role == MethodRole::TryAcquire) event.flavour = model::Flavour::Try;
        event.path = intern(*object);
        emit(std::move(event), ce);
        if (what.role == MethodRole::TryAcquire) success_of_[ce] = Success::NonZero;
        return;
      }
    }
    // Assignment that nobody wrote copies the object as a whole.
    if (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator()) {
      if (method->isImplicit() || method->isDefaulted()) {
        if (!arguments.empty() && arguments[0]->isLValue())
          access(nullptr, paths_.object(arguments[0]), arguments[0]->getType(), AccessKind::Read,
                 arguments[0]->getExprLoc());
        EventId id = access(ce, object, receiver_type, AccessKind::Write, where);
        if (id && !arguments.empty()) out_.events[id.value].inputs = readsOf(arguments[0]);
        return;
      }
    }
  }
  // A lambda called by name.
  if (method && method->getParent()->isLambda()) object.reset();

  Event event = make(EventKind::Call, where);
  event.callee = names_.function(callee);
  event.label = unit_[event.callee].name;
  if (object) event.receiver = intern(*object);
  event.arguments = bindArguments(arguments, callee);
  if (method && method->isVirtual()) {
    bool qualified = false; // Base::f() is not dispatched
    if (const auto* member = dyn_cast<MemberExpr>(ce->getCallee()->IgnoreParens()))
      qualified = member->hasQualifier();
    if (!qualified) event.flags |= model::kCallVirtual;
  }
  if (canThrow(callee) && !locals_.inTry(ce) && names_.context().getLangOpts().CXXExceptions)
    event.flags |= model::kCallMayThrow;
  if (callee->isNoReturn()) event.flags |= model::kCallNoReturn;
  if (locals_.dropsFuture(ce)) event.flags |= model::kCallDropsFuture;
  if (callee->hasAttr<FormatAttr>()) event.flags |= model::kCallIgnoresShared; // a log, an error message
  event.rounds = roundsOf(ce, locals_, names_);
  for (const Expr* arg : arguments) {
    if (paths_.callable(arg)) escapeCaptures(arg, where);
  }
  std::vector<EventId> inputs;
  for (const Expr* arg : arguments)
    reads(arg, inputs);
  std::sort(inputs.begin(), inputs.end());
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  event.inputs = std::move(inputs);
  emit(std::move(event), ce);
}

void Translator::indirectCall(const CallExpr* ce) {
  Event event = make(EventKind::Call, ce->getExprLoc());
  event.flags = model::kCallIndirect;
  // The arguments proper, and what is called: a pointer, or the object whose call operator runs.
  std::vector<const Expr*> arguments(ce->arg_begin(), ce->arg_end());
  const Expr* target = ce->getCallee();
  if (isa<CXXOperatorCallExpr>(ce) && !arguments.empty()) {
    target = arguments.front();
    arguments.erase(arguments.begin());
  }
  if (const FunctionDecl* known = paths_.callable(target)) {
    // pthread_cleanup_pop calls the routine through a local pointer: pthread_mutex_unlock, as often as not.
    if (const FunctionModel* m = names_.functionModel(known, static_cast<unsigned>(arguments.size())))
      return modelled(ce, *m, known, nullptr);
    event.flags = 0;
    event.callee = names_.function(known);
    event.label = unit_[event.callee].name;
    event.arguments = bindArguments(arguments, known);
    emit(std::move(event), ce);
    return;
  }
  if (target->getType()->isPointerType() || !target->isGLValue()) {
    Value value = paths_.value(target);
    if (value.kind == ValueKind::Value) event.path = intern(value.path);
  } else if (auto path = paths_.object(target)) {
    event.path = intern(*path);
  }
  for (const Expr* arg : arguments)
    event.arguments.push_back(toArgument(paths_.argument(arg, arg->getType())));
  emit(std::move(event), ce);
}

} // namespace racecourse::frontend
