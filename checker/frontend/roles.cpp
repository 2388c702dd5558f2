#include "checker/frontend/roles.h"

#include "checker/frontend/locals.h"

#include "clang/AST/Attr.h"

namespace racecourse::frontend {

using namespace clang;
using model::Mode;
using model::TypeClass;

static constexpr unsigned kMaxBodyStatements = 64; ///< a longer body is no plain wrapper

bool hasContracts(const FunctionDecl* f) {
  return f->hasAttr<RequiresCapabilityAttr>() || f->hasAttr<AcquireCapabilityAttr>() ||
         f->hasAttr<ReleaseCapabilityAttr>() || f->hasAttr<TryAcquireCapabilityAttr>() ||
         f->hasAttr<LocksExcludedAttr>() || f->hasAttr<AssertCapabilityAttr>() ||
         f->hasAttr<AssertExclusiveLockAttr>() || f->hasAttr<AssertSharedLockAttr>() ||
         f->hasAttr<ExclusiveTrylockFunctionAttr>() || f->hasAttr<SharedTrylockFunctionAttr>() ||
         f->hasAttr<LockReturnedAttr>();
}

static LockMethod annotated(const FunctionDecl* f) {
  if (const auto* a = f->getAttr<AcquireCapabilityAttr>())
    return {MethodRole::Acquire, a->isShared() ? Mode::Shared : Mode::Exclusive};
  if (const auto* a = f->getAttr<TryAcquireCapabilityAttr>())
    return {MethodRole::TryAcquire, a->isShared() ? Mode::Shared : Mode::Exclusive};
  if (f->hasAttr<ExclusiveTrylockFunctionAttr>()) return {MethodRole::TryAcquire, Mode::Exclusive};
  if (f->hasAttr<SharedTrylockFunctionAttr>()) return {MethodRole::TryAcquire, Mode::Shared};
  if (const auto* a = f->getAttr<ReleaseCapabilityAttr>())
    return {MethodRole::Release, a->isShared() ? Mode::Shared : Mode::Exclusive};
  return {};
}

static void collectCalls(const Stmt* stmt, std::vector<const CallExpr*>& out, unsigned& budget) {
  if (!stmt || budget == 0) return;
  --budget;
  if (isa<LambdaExpr>(stmt)) return;
  if (const auto* call = dyn_cast<CallExpr>(stmt)) out.push_back(call);
  for (const Stmt* child : stmt->children())
    collectCalls(child, out, budget);
}

std::vector<Roles::Effect> Roles::effects(const Stmt* body, unsigned depth) {
  std::vector<Effect> result;
  if (!body || depth > 3) return result;
  std::vector<const CallExpr*> calls;
  unsigned budget = kMaxBodyStatements * 8;
  collectCalls(body, calls, budget);
  if (budget == 0) return result;
  for (const CallExpr* call : calls) {
    const FunctionDecl* callee = call->getDirectCallee();
    if (!callee) continue;
    const auto* member = dyn_cast<CXXMemberCallExpr>(call);
    const Expr* receiver = member ? member->getImplicitObjectArgument() : nullptr;
    const CXXRecordDecl* record = nullptr;
    if (receiver) {
      QualType t = receiver->getType();
      record = (t->isPointerType() ? t->getPointeeType() : t)->getAsCXXRecordDecl();
    }
    if (const FunctionModel* m = names_.functionModel(callee, call->getNumArgs(), record)) {
      MethodRole role = m->role == Role::Release                 ? MethodRole::Release
                        : m->role != Role::Acquire               ? MethodRole::None
                        : m->flavour == model::Flavour::Blocking ? MethodRole::Acquire
                                                                 : MethodRole::TryAcquire;
      if (role == MethodRole::None || m->variadic) continue;
      const Expr* subject = m->subject < 0                              ? receiver
                            : unsigned(m->subject) < call->getNumArgs() ? call->getArg(m->subject)
                                                                        : nullptr;
      if (subject) result.push_back({{role, m->mode}, subject});
      continue;
    }
    if (receiver) {
      LockMethod inner = annotated(callee);
      if (inner.role == MethodRole::None && record &&
          names_.facts(QualType(record->getTypeForDecl(), 0)).type_class == TypeClass::Lock)
        inner = lockMethod(callee);
      if (inner.role != MethodRole::None) result.push_back({inner, receiver});
    }
  }
  return result;
}

LockMethod Roles::lockMethod(const FunctionDecl* method) {
  LockMethod known = annotated(method);
  if (known.role != MethodRole::None) return known;
  const auto* cxx = dyn_cast<CXXMethodDecl>(method);
  if (!cxx || isa<CXXConstructorDecl, CXXDestructorDecl>(cxx) || cxx->isStatic()) return {};
  if (names_.spinClass(cxx->getParent()) && cxx->getDeclName().isIdentifier() && cxx->getNumParams() == 0) {
    if (cxx->getName() == "lock") return {MethodRole::Acquire, Mode::Exclusive};
    if (cxx->getName() == "unlock") return {MethodRole::Release, Mode::Exclusive};
    if (cxx->getName() == "try_lock" && cxx->getReturnType()->isBooleanType())
      return {MethodRole::TryAcquire, Mode::Exclusive};
    return {};
  }
  const FunctionDecl* definition = nullptr;
  if (!method->hasBody(definition) || !names_.pureLockField(cxx->getParent())) return {};
  auto it = methods_.find(definition);
  if (it != methods_.end()) return it->second;
  methods_[definition] = {};
  std::vector<Effect> found = effects(definition->getBody());
  LockMethod result;
  if (found.size() == 1) result = found.front().what;
  if (result.role == MethodRole::TryAcquire && !definition->getReturnType()->isBooleanType()) result = {};
  return methods_[definition] = result;
}

static const FieldDecl* ownField(const Expr* expr) {
  expr = strip(expr);
  while (true) {
    if (const auto* op = dyn_cast<UnaryOperator>(expr);
        op && (op->getOpcode() == UO_AddrOf || op->getOpcode() == UO_Deref)) {
      expr = strip(op->getSubExpr());
      continue;
    }
    if (const auto* member = dyn_cast<MemberExpr>(expr)) {
      const auto* field = dyn_cast<FieldDecl>(member->getMemberDecl());
      if (isa<CXXThisExpr>(strip(member->getBase()))) return field;
      expr = strip(member->getBase());
      continue;
    }
    return nullptr;
  }
}

/// The members between the own field and the end of `expr`, outermost first: of `owner_.state.lock`, state and lock.
static std::vector<const FieldDecl*> insideOwnField(const Expr* expr) {
  std::vector<const FieldDecl*> inside;
  for (expr = strip(expr);;) {
    if (const auto* op = dyn_cast<UnaryOperator>(expr)) {
      expr = strip(op->getSubExpr());
      continue;
    }
    const auto* member = dyn_cast<MemberExpr>(expr);
    if (!member || isa<CXXThisExpr>(strip(member->getBase()))) return inside;
    const auto* field = dyn_cast<FieldDecl>(member->getMemberDecl());
    if (!field) return {};
    inside.insert(inside.begin(), field);
    expr = strip(member->getBase());
  }
}

std::optional<unsigned> Roles::ownerParameter(const GuardClass& guard, const CXXConstructorDecl* ctor) {
  const FunctionDecl* definition = nullptr;
  if (!guard.member || guard.inside.empty() || !ctor->hasBody(definition)) return std::nullopt;
  for (const CXXCtorInitializer* init : cast<CXXConstructorDecl>(definition)->inits()) {
    if (init->getMember() != guard.member) continue;
    const Expr* from = strip(init->getInit());
    while (const auto* op = dyn_cast<UnaryOperator>(from))
      from = strip(op->getSubExpr());
    if (const auto* named = dyn_cast<DeclRefExpr>(from))
      if (const auto* parameter = dyn_cast<ParmVarDecl>(named->getDecl()))
        return parameter->getFunctionScopeIndex();
  }
  return std::nullopt;
}

const FieldDecl* Roles::innerLock(const CXXRecordDecl* record) {
  if (!record || !record->hasDefinition() || names_.inSystemHeader(record->getLocation())) return nullptr;
  if (names_.facts(QualType(record->getTypeForDecl(), 0)).type_class == TypeClass::Lock) return nullptr;
  for (const CXXMethodDecl* method : record->getDefinition()->methods()) {
    const FunctionDecl* definition = nullptr;
    if (!method->getDeclName().isIdentifier() || method->getName() != "lock" || !method->hasBody(definition))
      continue;
    std::vector<Effect> found = effects(definition->getBody());
    if (found.size() == 1 && found.front().what.role == MethodRole::Acquire)
      return ownField(found.front().subject);
  }
  return nullptr;
}

const GuardClass* Roles::guardClass(const CXXRecordDecl* record) {
  if (!record || !record->hasDefinition()) return nullptr;
  record = record->getDefinition();
  if (names_.inSystemHeader(record->getLocation()) || record->isLambda()) return nullptr;
  auto it = guards_.find(record);
  if (it != guards_.end()) return it->second ? &*it->second : nullptr;
  guards_[record] = std::nullopt;
  if (names_.facts(QualType(record->getTypeForDecl(), 0)).model) return nullptr;
  std::optional<GuardClass> found;
  if (record->hasAttr<ScopedLockableAttr>()) {
    GuardClass g;
    for (const CXXConstructorDecl* ctor : record->ctors())
      if (LockMethod m = annotated(ctor); m.role != MethodRole::None) g.mode = m.mode;
    found = g;
  }
  unsigned inner_guards = 0;
  const FieldDecl* inner = nullptr;
  unsigned other_fields = 0;
  for (const FieldDecl* field : record->fields()) {
    TypeFacts facts = names_.facts(field->getType());
    if (facts.type_class == TypeClass::Guard && !facts.is_pointer) {
      ++inner_guards;
      inner = field;
    } else {
      ++other_fields;
    }
  }
  const CXXDestructorDecl* dtor = record->getDestructor();
  const FunctionDecl* dtor_body = nullptr;
  const bool annotated_only = found.has_value();
  if (dtor && dtor->hasBody(dtor_body) && !dtor->isImplicit()) {
    for (const Effect& effect : effects(dtor_body->getBody())) {
      if (effect.what.role != MethodRole::Release) continue;
      const FieldDecl* field = ownField(effect.subject);
      if (!field || !(field->getType()->isPointerType() || field->getType()->isReferenceType())) continue;
      if (annotated_only) { // that it is a guard is known; of which lock is said here
        found->member = field;
        found->inside = insideOwnField(effect.subject);
        continue;
      }
      // Some constructor takes what the destructor gives back.
      for (const CXXConstructorDecl* ctor : record->ctors()) {
        const FunctionDecl* ctor_body = nullptr;
        if (!ctor->hasBody(ctor_body) || ctor->isCopyOrMoveConstructor()) continue;
        for (const Effect& taken : effects(ctor_body->getBody()))
          if (taken.what.role == MethodRole::Acquire || taken.what.role == MethodRole::TryAcquire)
            found = GuardClass{field, taken.what.mode, insideOwnField(effect.subject)};
      }
    }
  }
  // A class around one standard guard that its constructor is given the lock for.
  if (!found && inner_guards == 1 && other_fields == 0 &&
      (!dtor || dtor->isImplicit() || dtor->isDefaulted())) {
    const TypeModel* m = names_.facts(inner->getType()).model;
    found = GuardClass{inner, m ? m->guard_mode : Mode::Exclusive, {}};
  }
  guards_[record] = found;
  auto& slot = guards_[record];
  return slot ? &*slot : nullptr;
}

bool Roles::isUnlocker(const CXXRecordDecl* record) {
  if (!record || !record->hasDefinition()) return false;
  record = record->getDefinition();
  auto it = unlockers_.find(record);
  if (it != unlockers_.end()) return it->second;
  unlockers_[record] = false;
  const CXXDestructorDecl* dtor = record->getDestructor();
  const FunctionDecl* dtor_body = nullptr;
  if (names_.inSystemHeader(record->getLocation()) || !dtor || dtor->isImplicit() ||
      !dtor->hasBody(dtor_body))
    return false;
  bool locks_at_end = false, unlocks_at_start = false;
  for (const Effect& effect : effects(dtor_body->getBody())) {
    const FieldDecl* field = ownField(effect.subject);
    const bool borrowed = field && (field->getType()->isPointerType() || field->getType()->isReferenceType());
    if (effect.what.role == MethodRole::Release) return false;
    locks_at_end |= effect.what.role == MethodRole::Acquire && borrowed;
  }
  for (const CXXConstructorDecl* ctor : record->ctors()) {
    const FunctionDecl* ctor_body = nullptr;
    if (!locks_at_end || !ctor->hasBody(ctor_body) || ctor->isCopyOrMoveConstructor()) continue;
    for (const Effect& effect : effects(ctor_body->getBody()))
      unlocks_at_start |= effect.what.role == MethodRole::Release;
  }
  return unlockers_[record] = locks_at_end && unlocks_at_start;
}

LockMethod Roles::guardMethod(const FunctionDecl* method) {
  LockMethod known = annotated(method);
  if (known.role != MethodRole::None) return known;
  const FunctionDecl* definition = nullptr;
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(method) || !method->hasBody(definition)) return {};
  auto it = methods_.find(definition);
  if (it != methods_.end()) return it->second;
  methods_[definition] = {};
  std::vector<Effect> found = effects(definition->getBody());
  LockMethod result;
  if (found.size() == 1 && ownField(found.front().subject)) result = found.front().what;
  return methods_[definition] = result;
}

std::vector<unsigned> Roles::lockParameters(const CXXConstructorDecl* ctor) {
  std::vector<unsigned> result;
  auto add = [&](const Expr* expr) {
    expr = strip(expr);
    while (const auto* op = dyn_cast<UnaryOperator>(expr))
      expr = strip(op->getSubExpr());
    if (const auto* ref = dyn_cast<DeclRefExpr>(expr))
      if (const auto* parm = dyn_cast<ParmVarDecl>(ref->getDecl())) {
        unsigned i = parm->getFunctionScopeIndex();
        if (std::find(result.begin(), result.end(), i) == result.end()) result.push_back(i);
      }
  };
  if (const auto* a = ctor->getAttr<AcquireCapabilityAttr>())
    for (const Expr* arg : a->args())
      add(arg);
  if (!result.empty()) return result;
  for (const ParmVarDecl* parm : ctor->parameters()) {
    QualType type = parm->getType().getNonReferenceType();
    if (type->isPointerType()) type = type->getPointeeType();
    if (names_.facts(type).type_class == TypeClass::Lock) result.push_back(parm->getFunctionScopeIndex());
  }
  return result;
}

bool Roles::isGuard(QualType type) {
  type = type.getNonReferenceType();
  TypeFacts facts = names_.facts(type);
  if (facts.type_class == TypeClass::Guard) return true;
  return guardClass(type->getAsCXXRecordDecl()) != nullptr;
}

} // namespace racecourse::frontend
