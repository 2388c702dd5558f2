// What calls are given: arguments bound to parameters, values that escape through them, callables that are called at
// once, and the threads that are started with them.
#include "checker/frontend/rounds.h"
#include "checker/frontend/translate.h"

#include "clang/Basic/SourceManager.h"

namespace racecourse::frontend {

using namespace clang;
using model::Argument;
using model::Event;
using model::EventKind;
using model::Path;
using model::RootKind;
using model::StepKind;
using model::ValueKind;

std::vector<Argument> Translator::bindArguments(ArrayRef<const Expr*> arguments, const FunctionDecl* callee) {
  std::vector<Argument> result;
  for (unsigned i = 0; i < arguments.size() && i < callee->getNumParams(); ++i)
    result.push_back(toArgument(paths_.argument(arguments[i], callee->getParamDecl(i)->getType())));
  return result;
}

/// Where an object made by `made` lives: its variable, member or element; else a temporary of this function.
Path Translator::destinationOf(const Expr* made, const char* what) {
  if (const Destination* to = locals_.destination(made)) {
    switch (to->kind) {
    case Destination::Kind::Variable: {
      Path path = paths_.ofVariable(to->variable);
      if (to->element) path.steps.push_back({StepKind::Index, {}, *to->element});
      return path;
    }
    case Destination::Kind::Member: {
      Path path = paths_.thisObject();
      path.steps.push_back({StepKind::Field, names_.field(to->member), -1});
      return path;
    }
    case Destination::Kind::Assigned: {
      if (to->target->getType()->isPointerType() || names_.facts(to->target->getType()).is_pointer)
        return Paths::dereference(paths_.value(to->target), to->target->getType(), names_);
      if (auto path = paths_.object(to->target)) return *path;
      break;
    }
    case Destination::Kind::Element:
      if (auto path = paths_.object(to->target)) {
        path->steps.push_back({StepKind::Index, {}, -1});
        return *path;
      }
      break;
    case Destination::Kind::Heap: {
      // Straight into a pointer variable or member? Then that names it best.
      if (const Destination* outer = locals_.destination(to->target))
        if (outer->kind == Destination::Kind::Assigned || outer->kind == Destination::Kind::Member ||
            outer->kind == Destination::Kind::Element) {
          Path path = destinationOf(to->target, what);
          if (outer->kind != Destination::Kind::Assigned) path.steps.push_back({StepKind::Deref, {}, -1});
          return path;
        }
      Value value = paths_.value(to->target);
      if (value.kind == ValueKind::Object) return value.path;
      break;
    }
    case Destination::Kind::Returned: break;
    }
  }
  Path path;
  path.root = RootKind::Local;
  const SourceManager& sm = names_.context().getSourceManager();
  unsigned offset = sm.getFileOffset(sm.getExpansionLoc(made->getBeginLoc())) -
                    (function_ ? sm.getFileOffset(sm.getExpansionLoc(function_->getLocation())) : 0);
  path.entity = names_.synthetic(function_, std::string(what) + "@" + std::to_string(offset), made->getType(),
                                 made->getExprLoc(), what);
  return path;
}

// ---- callables and escapes --------------------------------------------------------------------------------------

void Translator::escapeValue(const Expr* value, model::EscapeHow how, SourceLocation where) {
  if (!value->getType()->isPointerType() && !names_.facts(value->getType()).is_pointer) return;
  Value v = paths_.value(value);
  if (v.kind != ValueKind::Object) return;
  if (v.path.root == RootKind::Global || v.path.root == RootKind::Unknown) return;
  Event event = make(EventKind::Escape, where);
  event.path = intern(v.path);
  event.escape = how;
  emit(std::move(event));
}

void Translator::escapeCaptures(const Expr* callable, SourceLocation where) {
  const Expr* bare = strip(callable);
  const LambdaExpr* lambda = nullptr;
  for (unsigned i = 0; i < 8 && bare; ++i) {
    if ((lambda = dyn_cast<LambdaExpr>(bare))) break;
    const Expr* next = nullptr;
    if (const auto* construct = dyn_cast<CXXConstructExpr>(bare); construct && construct->getNumArgs() >= 1)
      next = construct->getArg(0);
    if (const auto* call = dyn_cast<CallExpr>(bare); call && call->getNumArgs() >= 1 &&
                                                     call->getDirectCallee() &&
                                                     call->getDirectCallee()->isInStdNamespace())
      next = call->getArg(0);
    if (const auto* ref = dyn_cast<DeclRefExpr>(bare))
      if (const auto* v = dyn_cast<VarDecl>(ref->getDecl())) next = paths_.aliasInit(v);
    bare = next ? strip(next) : nullptr;
  }
  if (!lambda) return;
  for (const LambdaCapture& capture : lambda->captures()) {
    std::optional<Path> path;
    if (capture.capturesThis()) {
      path = paths_.thisObject();
    } else if (capture.capturesVariable()) {
      const auto* v = dyn_cast<VarDecl>(capture.getCapturedVar());
      if (!v) continue;
      if (capture.getCaptureKind() == LCK_ByRef) {
        if (v->getType()->isReferenceType()) {
          if (const Expr* init = paths_.aliasInit(v)) path = paths_.object(init);
        } else {
          path = paths_.ofVariable(v);
        }
      } else if (v->getType()->isPointerType() || names_.facts(v->getType()).is_pointer) {
        const Expr* init = v->isInitCapture() ? v->getInit() : paths_.aliasInit(v);
        Value value = init ? paths_.value(init) : Value{ValueKind::Value, paths_.ofVariable(v), nullptr};
        if (value.kind == ValueKind::Object) path = value.path;
      }
    }
    if (!path || path->root == RootKind::Global || path->root == RootKind::Unknown) continue;
    Event event = make(EventKind::Escape, where);
    event.path = intern(*path);
    event.escape = model::EscapeHow::Captured;
    emit(std::move(event));
  }
}

/// Functions and lambdas among the arguments of a call that runs them now, once, or some day.
void Translator::callCallables(ArrayRef<const Expr*> arguments, std::uint16_t flags, const Expr* at) {
  for (const Expr* arg : arguments) {
    const FunctionDecl* callee = paths_.callable(arg);
    if (!callee) continue;
    if (flags & model::kCallStoresArguments) escapeCaptures(arg, at->getExprLoc());
    Event event = make(EventKind::Call, at->getExprLoc());
    event.callee = names_.function(callee);
    event.flags = flags & (model::kCallOnce | model::kCallStoresArguments | model::kCallInvokesArguments);
    event.label = unit_.intern(unit_.text(unit_[event.callee].name));
    if (flags & model::kCallStoresArguments) {
      // Not called here: handed over.
      event.callee = {};
      Argument argument;
      argument.kind = ValueKind::Callable;
      argument.callable = names_.function(callee);
      event.arguments.push_back(argument);
      event.flags |= model::kCallKnown;
    }
    emit(std::move(event));
  }
}

void Translator::spawn(const Expr* at, const Expr* entry, ArrayRef<const Expr*> bound,
                       std::optional<Path> handle, std::uint16_t flags, const std::string& api) {
  // std::bind(f, a, b) as the entry: its own arguments come first.
  std::vector<const Expr*> arguments;
  const Expr* bare = strip(entry);
  while (const auto* construct = dyn_cast<CXXConstructExpr>(bare)) {
    if (construct->getNumArgs() != 1) break;
    bare = strip(construct->getArg(0));
  }
  if (const auto* call = dyn_cast<CallExpr>(bare))
    if (const FunctionDecl* f = call->getDirectCallee();
        f && f->isInStdNamespace() && f->getDeclName().isIdentifier() &&
        (f->getName() == "bind" || f->getName() == "bind_front"))
      for (unsigned i = 1; i < call->getNumArgs(); ++i)
        arguments.push_back(call->getArg(i));
  arguments.insert(arguments.end(), bound.begin(), bound.end());

  const FunctionDecl* callee = paths_.callable(entry);
  escapeCaptures(entry, at->getExprLoc());
  Event event = make(EventKind::Spawn, at->getExprLoc());
  event.flags = flags;
  if (locals_.inLoop(at)) event.flags |= model::kSpawnInLoop;
  if (locals_.dropsFuture(at)) event.flags |= model::kSpawnDropsFuture;
  event.rounds = roundsOf(at, locals_, names_);
  event.label = unit_.intern(api);
  if (handle) event.path = intern(*handle);
  if (handle && handle->root == RootKind::Local && (flags & model::kSpawnJoinsAtEnd))
    ends_with_join_.insert(handle->entity.value);
  std::size_t first = 0;
  if (callee) {
    event.callee = names_.function(callee);
    const auto* method = dyn_cast<CXXMethodDecl>(callee);
    if (method && !method->isStatic() && !method->getParent()->isLambda()) {
      if (method->isOverloadedOperator()) { // a functor: std::ref(f) shares it, f copies it
        TypeFacts facts = names_.facts(entry->getType());
        if (facts.is_pointer)
          event.receiver = intern(Paths::dereference(paths_.value(entry), entry->getType(), names_));
      } else if (!arguments.empty()) {
        const Expr* object = arguments[first++];
        if (object->getType()->isPointerType() || names_.facts(object->getType()).is_pointer) {
          Value value = paths_.value(object);
          event.receiver = intern(Paths::dereference(value, pointeeOrSelf(object->getType()), names_));
        }
      }
    }
    for (unsigned i = 0; first + i < arguments.size() && i < callee->getNumParams(); ++i) {
      const Expr* arg = arguments[first + i];
      QualType parameter = callee->getParamDecl(i)->getType();
      Value value;
      if (const FunctionDecl* f = paths_.callable(arg)) {
        value = {ValueKind::Callable, {}, f};
      } else if (arg->getType()->isPointerType() || arg->getType()->isArrayType() ||
                 names_.facts(arg->getType()).is_pointer || parameter->isPointerType()) {
        value = paths_.value(arg);
      } else {
        value.kind = ValueKind::Copy; // a new thread gets copies of what is not wrapped in std::ref
      }
      event.arguments.push_back(toArgument(value));
      escapeValue(arg, model::EscapeHow::Passed, at->getExprLoc());
    }
  } else {
    // Whatever the caller of this function passed as the thread's entry (portability layers do this).
    Value value = paths_.value(entry);
    if (value.kind == ValueKind::Value) {
      event.value = intern(value.path);
      event.value_kind = ValueKind::Value;
    }
    for (const Expr* arg : arguments) {
      event.arguments.push_back(toArgument(paths_.argument(arg, arg->getType())));
      escapeValue(arg, model::EscapeHow::Passed, at->getExprLoc());
    }
  }
  emit(std::move(event), at);
}

} // namespace racecourse::frontend
