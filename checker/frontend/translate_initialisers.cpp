// What initialisers put into pointers: tables of functions, structs that name other objects. A static object whose initialiser
// is a constant runs no code, yet its pointers count as stored before main. And what the initialisers of locks say about them.
#include "checker/frontend/translate.h"

namespace racecourse::frontend {

using namespace clang;
using model::AccessKind;
using model::Argument;
using model::Event;
using model::EventId;
using model::Path;
using model::StepKind;
using model::ValueKind;

/// Pointers followed out of one initialiser: enough for tables of functions, not for tables of names.
static constexpr unsigned kMaxInitialPointers = 256;

/// Pointers to data or functions in the type itself, its members or elements; strings do not count.
bool holdsPointers(QualType type, unsigned depth) {
  if (depth > 4) return false;
  while (const auto* array = type->getAsArrayTypeUnsafe())
    type = array->getElementType();
  if (type->isPointerType()) return !type->getPointeeType()->isAnyCharacterType();
  const RecordDecl* record = type->getAsRecordDecl();
  if (!record || !record->getDefinition() || record->isUnion()) return false;
  for (const FieldDecl* field : record->getDefinition()->fields())
    if (holdsPointers(field->getType(), depth + 1)) return true;
  return false;
}

void Translator::storedValue(EventId write, const Value& value) {
  if (!write) return;
  Argument stored = toArgument(value);
  Event& event = out_.events[write.value];
  event.value = stored.path;
  event.value_kind = stored.kind;
  event.callee = stored.callable;
}

void Translator::initialPointers(const Expr* init, const Path& target, QualType type) {
  unsigned budget = kMaxInitialPointers;
  initialPointers(init, target, type, budget);
}

void Translator::initialPointers(const Expr* init, const Path& target, QualType type, unsigned& budget) {
  if (!init || budget == 0 || target.steps.size() >= 5) return;
  init = strip(init);
  if (const auto* list = dyn_cast<InitListExpr>(init)) {
    if (list->getSemanticForm()) list = list->getSemanticForm();
    if (!holdsPointers(type)) return;
    if (const ArrayType* array = names_.context().getAsArrayType(type)) {
      for (unsigned i = 0; i < list->getNumInits() && budget > 0; ++i) {
        Path element = target;
        element.steps.push_back({StepKind::Index, {}, static_cast<std::int64_t>(i)});
        initialPointers(list->getInit(i), element, array->getElementType(), budget);
      }
      return;
    }
    const RecordDecl* record = type->getAsRecordDecl();
    if (!record || record->isUnion()) return;
    unsigned i = 0;
    if (const auto* cxx = dyn_cast<CXXRecordDecl>(record)) i = cxx->getNumBases();
    for (const FieldDecl* field : record->fields()) {
      if (field->isBitField() && !field->getIdentifier()) continue;
      if (i >= list->getNumInits() || budget == 0) break;
      Path member = target;
      if (!field->isAnonymousStructOrUnion())
        member.steps.push_back({StepKind::Field, names_.field(field), -1});
      initialPointers(list->getInit(i++), member, field->getType(), budget);
    }
    return;
  }
  if (!type->isPointerType()) return;
  Value value = paths_.value(init);
  if (value.kind != ValueKind::Object && value.kind != ValueKind::Callable && value.kind != ValueKind::Value)
    return;
  --budget;
  EventId id = access(nullptr, target, type, AccessKind::Write, init->getExprLoc());
  if (!id && target.root == model::RootKind::Global && visible(target)) {
    // Constant: nobody races for it, but what it points to counts.
    Event event = make(model::EventKind::Access, init->getExprLoc());
    event.path = intern(target);
    event.access = AccessKind::Write;
    event.type_class = model::TypeClass::Const;
    id = emit(std::move(event));
  }
  if (!id) return;
  out_.events[id.value].initialises = true;
  storedValue(id, value);
}

/// The attributes or the type that a lock is initialised with: null attributes and C11's types without mtx_recursive (1 in
/// every libc we know) make an ordinary one.
static bool mayMakeRecursive(const Expr* kind, ASTContext& context) {
  if (kind->isNullPointerConstant(context, Expr::NPC_ValueDependentIsNotNull)) return false;
  Expr::EvalResult constant;
  if (!kind->getType()->isIntegerType() || kind->isValueDependent() ||
      !kind->EvaluateAsInt(constant, context))
    return true;
  return constant.Val.getInt()[0];
}

void Translator::lockInit(const FunctionModel& m, ArrayRef<const Expr*> arguments,
                          const std::optional<Path>& path) {
  if (!path) return;
  const model::EntityId lock = !path->steps.empty() && path->steps.back().kind == StepKind::Field
                                   ? path->steps.back().field
                                   : path->entity;
  if (!lock || unit_[lock].type_class != model::TypeClass::Lock) return;
  if (m.permits_argument >= 0 && unsigned(m.permits_argument) < arguments.size()) {
    const Expr* permits = arguments[m.permits_argument];
    Expr::EvalResult count;
    const bool one = !permits->isValueDependent() && permits->EvaluateAsInt(count, names_.context()) &&
                     count.Val.getInt() == 1;
    if (!one) state_.counting.insert(lock.value);
    unit_[lock].lock =
        state_.counting.contains(lock.value) ? model::LockKind::Semaphore : model::LockKind::BinarySemaphore;
  }
  if (m.kind_argument >= 0 && unsigned(m.kind_argument) < arguments.size() &&
      mayMakeRecursive(arguments[m.kind_argument], names_.context()))
    unit_[lock].lock = model::LockKind::Unknown;
}

} // namespace racecourse::frontend
