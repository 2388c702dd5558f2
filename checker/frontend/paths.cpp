// The idea: a path names an object relative to things that other functions can name too (globals, parameters, `this`,
// allocation sites). A pointer or reference local that is set once is no such thing, so its initialiser stands in its
// place; one that changes stays a Local root, whose pointee the analysis treats as "some object of that class".
// Invariant: `object` never evaluates a pointer it cannot name to a named object; doubt ends in RootKind::Unknown.
#include "checker/frontend/paths.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

namespace racecourse::frontend {

using namespace clang;
using model::Path;
using model::RootKind;
using model::Step;
using model::StepKind;
using model::ValueKind;

static constexpr unsigned kMaxAliasDepth = 24;

const FunctionDecl* thisOwner(const FunctionDecl* function) {
  while (function) {
    const auto* method = dyn_cast<CXXMethodDecl>(function);
    if (!method || !method->getParent()->isLambda()) return function;
    // The closure's context is the enclosing function.
    const DeclContext* dc = method->getParent()->getDeclContext();
    while (dc && !isa<FunctionDecl>(dc))
      dc = dc->getParent();
    function = dyn_cast_or_null<FunctionDecl>(dc);
  }
  return nullptr;
}

static Path extend(Path path, StepKind kind, model::EntityId field = {}, std::int64_t index = -1) {
  path.steps.push_back(Step{kind, field, index});
  return path;
}

void Paths::enter(const FunctionDecl* function, std::function<model::EventId(const Expr*)> call_site,
                  std::function<Site(const Expr*)> allocation_site) {
  function_ = function;
  owner_ = function ? names_.function(function) : model::EntityId();
  call_site_ = std::move(call_site);
  allocation_site_ = std::move(allocation_site);
}

Path Paths::unknown(QualType type) {
  Path path;
  path.root = RootKind::Unknown;
  if (type.isNull()) return path;
  type = type.getNonReferenceType();
  if (const RecordDecl* record = type->getAsRecordDecl()) path.entity = names_.type(record);
  return path;
}

Path Paths::thisObject() const {
  Path path;
  path.root = RootKind::This;
  if (const FunctionDecl* owner = thisOwner(function_)) path.entity = names_.function(owner);
  return path;
}

Path Paths::ofVariable(const VarDecl* decl) {
  Path path;
  path.entity = names_.variable(decl);
  declarations_[path.entity.value] = decl;
  if (isa<ParmVarDecl>(decl)) {
    path.root = RootKind::Parameter;
    // A parameter that is moved along a list no longer names what the caller passed.
    const LocalFacts& facts = locals_.of(decl);
    if (!decl->getType()->isReferenceType() && names_.unit()[path.entity].is_pointer &&
        (facts.assignments > 0 || facts.steps > 0)) {
      const auto* owner = dyn_cast<FunctionDecl>(decl->getDeclContext());
      path.root = RootKind::Local;
      path.entity = names_.synthetic(owner, "moved@" + decl->getNameAsString(), decl->getType(),
                                     decl->getLocation(), decl->getNameAsString());
    }
  } else if (decl->isLocalVarDecl() && !decl->isStaticLocal()) {
    path.root = RootKind::Local;
  } else {
    path.root = RootKind::Global;
  }
  return path;
}

/// Iterators step, but stay in their container; so do pointers into arrays.
static bool staysInElement(const Value& value) {
  return value.kind == ValueKind::Object && !value.path.steps.empty() &&
         value.path.steps.back().kind == StepKind::Index;
}

const Expr* Paths::aliasInit(const VarDecl* decl) {
  if (isa<ParmVarDecl>(decl) || decl->isStaticLocal() || !decl->isLocalVarDecl()) return nullptr;
  const LocalFacts& facts = locals_.of(decl);
  if (decl->getType()->isReferenceType()) return decl->getInit();
  if (const Expr* init = decl->getInit()) {
    if (facts.assignments == 0) return init;
    const Expr* bare = strip(init);
    bool null = isa<CXXNullPtrLiteralExpr, GNUNullExpr>(bare) ||
                bare->isNullPointerConstant(names_.context(), Expr::NPC_ValueDependentIsNotNull) ||
                (isa<CXXConstructExpr>(bare) && cast<CXXConstructExpr>(bare)->getNumArgs() == 0);
    return facts.assignments == 1 && null ? facts.single_assignment : nullptr;
  }
  return facts.assignments == 1 ? facts.single_assignment : nullptr;
}

std::optional<Path> Paths::capturedOrLocal(const DeclRefExpr* ref, const VarDecl* decl) {
  const LocalFacts& facts = locals_.of(decl);
  bool by_copy = false;
  if (ref->refersToEnclosingVariableOrCapture() && facts.captured_by_copy && !facts.captured_by_reference)
    by_copy = true;
  if (by_copy && !decl->getType()->isReferenceType()) {
    // The lambda's own copy: private to it.
    Path path;
    path.root = RootKind::Local;
    path.entity = names_.synthetic(function_, "copy@" + decl->getNameAsString(), decl->getType(),
                                   decl->getLocation(), decl->getNameAsString());
    return path;
  }
  if (decl->getType()->isReferenceType())
    if (const Expr* init = aliasInit(decl)) return object(init);
  return ofVariable(decl);
}

Path Paths::resultOf(const Expr* call, QualType type) {
  model::EventId site = call_site_ ? call_site_(call) : model::EventId();
  if (!site) return unknown(type);
  Path path;
  path.root = RootKind::Result;
  path.site = site;
  path.entity = owner_;
  return path;
}

/// Members that name one element, by the standard containers' vocabulary.
static bool namesElement(StringRef name) {
  return name == "at" || name == "front" || name == "back" || name == "top" || name == "operator[]";
}
static bool namesPosition(StringRef name) {
  return name == "begin" || name == "end" || name == "cbegin" || name == "cend" || name == "rbegin" ||
         name == "rend" || name == "find" || name == "lower_bound" || name == "upper_bound" ||
         name == "data" || name == "insert" || name == "emplace" || name == "try_emplace" ||
         name == "insert_or_assign" || name == "erase";
}

static std::string calleeName(const FunctionDecl* callee) {
  return callee->getDeclName().isIdentifier() ? callee->getName().str() : callee->getNameAsString();
}

static const Expr* receiverOf(const CallExpr* call) {
  if (const auto* member = dyn_cast<CXXMemberCallExpr>(call)) return member->getImplicitObjectArgument();
  if (const auto* op = dyn_cast<CXXOperatorCallExpr>(call); op && op->getNumArgs() > 0) return op->getArg(0);
  return nullptr;
}

static const CXXRecordDecl* recordOf(const Expr* expr) {
  if (!expr) return nullptr;
  // A method of a base is called on the base; the model may name the class that people wrote.
  QualType type = expr->IgnoreParenBaseCasts()->getType();
  if (type->isPointerType()) type = type->getPointeeType();
  return type->getAsCXXRecordDecl();
}

/// Made of constants, counters that start at a constant, and random numbers: alike in every thread that evaluates it.
static bool alikeInEveryThread(const Expr* expr, Locals& locals, Names& names, unsigned depth) {
  expr = strip(expr);
  if (!expr || depth > 6) return false;
  Expr::EvalResult constant;
  if (!expr->isValueDependent() && expr->EvaluateAsInt(constant, names.context())) return true;
  if (const auto* ref = dyn_cast<DeclRefExpr>(expr)) {
    const auto* v = dyn_cast<VarDecl>(ref->getDecl());
    if (!v || !v->isLocalVarDecl() || v->isStaticLocal() || !v->getType()->isIntegerType()) return false;
    const LocalFacts& facts = locals.of(v);
    if (facts.address_taken || facts.captured_by_reference || facts.captured_by_copy) return false;
    if (facts.assignments == 0 && v->getInit())
      return alikeInEveryThread(v->getInit(), locals, names, depth + 1);
    return facts.constants > 0 &&
           facts.constants + facts.counted == facts.assignments + (v->getInit() ? 1U : 0U);
  }
  if (const auto* op = dyn_cast<BinaryOperator>(expr))
    return !op->isAssignmentOp() && alikeInEveryThread(op->getLHS(), locals, names, depth + 1) &&
           alikeInEveryThread(op->getRHS(), locals, names, depth + 1);
  if (const auto* op = dyn_cast<UnaryOperator>(expr))
    return op->isIncrementDecrementOp() && alikeInEveryThread(op->getSubExpr(), locals, names, depth + 1);
  if (const auto* cast = dyn_cast<ExplicitCastExpr>(expr))
    return alikeInEveryThread(cast->getSubExpr(), locals, names, depth + 1);
  if (const auto* call = dyn_cast<CallExpr>(expr)) {
    const FunctionDecl* callee = call->getDirectCallee();
    if (!callee || !callee->getDeclName().isIdentifier() || !names.inSystemHeader(callee->getLocation()))
      return false;
    StringRef name = callee->getName();
    return name == "rand" || name == "random" || name == "rand_r" || name == "lrand48";
  }
  return false;
}

std::int64_t Paths::indexOf(const Expr* index) {
  Expr::EvalResult constant;
  if (!index->isValueDependent() && index->EvaluateAsInt(constant, names_.context()))
    return constant.Val.getInt().getExtValue();
  return alikeInEveryThread(index, locals_, names_, 0) ? model::kSameElements : model::kAnyElement;
}

std::optional<Path> Paths::ofCall(const CallExpr* call) {
  const FunctionDecl* callee = call->getDirectCallee();
  if (!callee) return resultOf(call, call->getType());
  const Expr* receiver = receiverOf(call);
  const FunctionModel* m = names_.functionModel(callee, call->getNumArgs(), recordOf(receiver));
  if (m && m->role == Role::Forward && call->getNumArgs() > 0) return object(call->getArg(0));
  if (receiver && !isa<CXXConstructExpr>(receiver)) {
    TypeFacts facts = names_.facts(
        receiver->getType()->isPointerType() ? receiver->getType()->getPointeeType() : receiver->getType());
    std::string name = calleeName(callee);
    bool arrow = isa<CXXMemberCallExpr>(call) && receiver->getType()->isPointerType();
    auto container = [&]() -> std::optional<Path> {
      if (arrow) return dereference(value(receiver), receiver->getType()->getPointeeType(), names_);
      return object(receiver);
    };
    if (facts.is_container && namesElement(name)) {
      if (auto base = container()) {
        const Expr* key = isa<CXXOperatorCallExpr>(call) && call->getNumArgs() == 2 ? call->getArg(1)
                          : isa<CXXMemberCallExpr>(call) && call->getNumArgs() == 1 ? call->getArg(0)
                                                                                    : nullptr;
        const bool number = key && key->getType()->isIntegralOrEnumerationType();
        return extend(*base, StepKind::Index, {}, number ? indexOf(key) : model::kAnyElement);
      }
    }
    if ((m && m->role == Role::Dereference && !callee->getReturnType()->isPointerType()) ||
        (facts.is_pointer && facts.model && (name == "operator*" || name == "operator[]")))
      return dereference(value(receiver), call->getType(), names_);
  }
  return resultOf(call, call->getType());
}

std::optional<Path> Paths::object(const Expr* expr) {
  expr = strip(expr);
  if (!expr || depth_ > kMaxAliasDepth) return std::nullopt;
  struct Deeper {
    unsigned& d;
    Deeper(unsigned& depth) : d(depth) { ++d; }
    ~Deeper() { --d; }
  } deeper(depth_);

  if (const auto* ref = dyn_cast<DeclRefExpr>(expr)) {
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl())) return capturedOrLocal(ref, v);
    if (const auto* binding = dyn_cast<BindingDecl>(ref->getDecl())) {
      if (const VarDecl* holder = binding->getHoldingVar())
        if (holder->getInit()) {
          // pair and tuple: get<I>(x) of the decomposed object; keep the object and forget which part.
          const auto* parts = dyn_cast<DecompositionDecl>(binding->getDecomposedDecl());
          if (parts && parts->getInit() && parts->getType()->isReferenceType())
            return object(parts->getInit());
          return unknown(ref->getType());
        }
      if (const Expr* part = binding->getBinding()) return object(part);
    }
    return std::nullopt;
  }
  if (const auto* member = dyn_cast<MemberExpr>(expr)) {
    if (const auto* v = dyn_cast<VarDecl>(member->getMemberDecl())) return ofVariable(v); // static member
    const auto* field = dyn_cast<FieldDecl>(member->getMemberDecl());
    if (!field) return std::nullopt;
    std::optional<Path> base;
    if (member->isArrow()) {
      QualType pointee = member->getBase()->getType()->getPointeeType();
      base = dereference(value(member->getBase()), pointee, names_);
    } else {
      base = object(member->getBase());
    }
    if (!base)
      base = unknown(member->isArrow() ? member->getBase()->getType()->getPointeeType()
                                       : member->getBase()->getType());
    // Members of an unnamed union or struct belong to the class around it.
    if (field->isAnonymousStructOrUnion()) return base;
    if (field->getType()->isReferenceType())
      return extend(extend(*base, StepKind::Field, names_.field(field)), StepKind::Deref);
    return extend(*base, StepKind::Field, names_.field(field));
  }
  if (const auto* sub = dyn_cast<ArraySubscriptExpr>(expr)) {
    const std::int64_t index = indexOf(sub->getIdx());
    const Expr* base = sub->getBase()->IgnoreParens();
    if (const auto* decay = dyn_cast<ImplicitCastExpr>(base);
        decay && decay->getCastKind() == CK_ArrayToPointerDecay) {
      if (auto array = object(decay->getSubExpr())) return extend(*array, StepKind::Index, {}, index);
      return unknown(expr->getType());
    }
    Value pointer = value(sub->getBase());
    if (pointer.kind == ValueKind::None) return unknown(expr->getType());
    if (staysInElement(pointer)) {
      pointer.path.steps.back().index = pointer.path.steps.back().index == 0 ? index : -1;
      return pointer.path;
    }
    Path path = dereference(pointer, expr->getType(), names_);
    return index == 0 ? path : extend(path, StepKind::Index, {}, index);
  }
  if (const auto* op = dyn_cast<UnaryOperator>(expr)) {
    if (op->getOpcode() == UO_Deref) return dereference(value(op->getSubExpr()), op->getType(), names_);
    if (op->isIncrementDecrementOp() || op->getOpcode() == UO_Extension || op->getOpcode() == UO_Real)
      return object(op->getSubExpr());
    return std::nullopt;
  }
  if (const auto* op = dyn_cast<BinaryOperator>(expr)) {
    if (op->getOpcode() == BO_Comma) return object(op->getRHS());
    if (op->isAssignmentOp()) return object(op->getLHS());
    return std::nullopt;
  }
  if (const auto* cast = dyn_cast<ExplicitCastExpr>(expr)) {
    if (expr->isGLValue() || expr->getType()->isRecordType()) return object(cast->getSubExpr());
    return std::nullopt;
  }
  if (const auto* call = dyn_cast<CallExpr>(expr)) return ofCall(call);
  if (const auto* conditional = dyn_cast<AbstractConditionalOperator>(expr)) {
    auto a = object(conditional->getTrueExpr());
    auto b = object(conditional->getFalseExpr());
    if (a && b && *a == *b) return a;
    return unknown(expr->getType());
  }
  if (const auto* opaque = dyn_cast<OpaqueValueExpr>(expr))
    return opaque->getSourceExpr() ? object(opaque->getSourceExpr()) : std::nullopt;
  if (const auto* construct = dyn_cast<CXXConstructExpr>(expr)) {
    // The object under construction, where we know its name.
    if (const Destination* to = locals_.destination(construct)) {
      if (to->kind == Destination::Kind::Variable) return ofVariable(to->variable);
      if (to->kind == Destination::Kind::Heap) {
        Value made = value(to->target);
        if (made.kind == ValueKind::Object) return made.path;
      }
    }
    if (construct->getConstructor()->isCopyOrMoveConstructor() && construct->getNumArgs() == 1)
      return object(construct->getArg(0));
    return std::nullopt;
  }
  if (isa<CXXThisExpr>(expr)) return thisObject(); // `*this` spelled through a reference
  if (isa<CompoundLiteralExpr, CXXNewExpr>(expr)) return std::nullopt;
  return std::nullopt;
}

std::optional<Value> Paths::valueOfCall(const CallExpr* call) {
  const FunctionDecl* callee = call->getDirectCallee();
  if (!callee) return std::nullopt;
  const Expr* receiver = receiverOf(call);
  const FunctionModel* m = names_.functionModel(callee, call->getNumArgs(), recordOf(receiver));
  std::string name = calleeName(callee);
  if (m && m->role == Role::Forward && call->getNumArgs() > 0) {
    const Expr* arg = call->getArg(0);
    if (arg->getType()->isPointerType() || names_.facts(arg->getType()).is_pointer) {
      if (name != "addressof" && name != "ref" && name != "cref") return value(arg);
    }
    if (auto path = object(arg)) return Value{ValueKind::Object, *path, nullptr};
    return std::nullopt;
  }
  if (m && m->role == Role::MakeObject) {
    const Site site = allocation_site_ ? allocation_site_(call) : Site();
    if (!site.event) return std::nullopt;
    Path path;
    path.root = RootKind::Alloc;
    path.site = site.event;
    path.entity = site.owner;
    return Value{ValueKind::Object, path, nullptr};
  }
  if (receiver) {
    bool arrow = isa<CXXMemberCallExpr>(call) && receiver->getType()->isPointerType();
    QualType object_type = arrow ? receiver->getType()->getPointeeType() : receiver->getType();
    TypeFacts facts = names_.facts(object_type);
    if (facts.type_class == model::TypeClass::Guard && (name == "release" || name == "mutex"))
      if (auto guard = object(receiver))
        if (auto it = guarded_.find(*guard); it != guarded_.end())
          return Value{ValueKind::Object, it->second, nullptr};
    if (facts.is_container && namesPosition(name)) {
      std::optional<Path> base;
      if (arrow)
        base = dereference(value(receiver), object_type, names_);
      else
        base = object(receiver);
      if (base) return Value{ValueKind::Object, extend(*base, StepKind::Index), nullptr};
    }
    if (facts.is_pointer && facts.model) {
      if (name == "get" || name == "operator->" || name == "base") return value(receiver);
      if (name == "operator++" || name == "operator--" || name == "operator+" || name == "operator-")
        return value(receiver);
      if (name == "lock") return value(receiver); // weak_ptr
      if (name == "release") return value(receiver);
    }
    if (m && m->role == Role::Dereference && callee->getReturnType()->isPointerType()) return value(receiver);
  }
  if (callee->isInStdNamespace() &&
      (name == "begin" || name == "end" || name == "cbegin" || name == "cend" || name == "next" ||
       name == "prev") &&
      call->getNumArgs() > 0) {
    if (name == "next" || name == "prev") return value(call->getArg(0));
    if (auto base = object(call->getArg(0)))
      return Value{ValueKind::Object, extend(*base, StepKind::Index), nullptr};
  }
  // The smaller and the greater of two locks' addresses, as if the first were the smaller: the order is what matters.
  if (callee->isInStdNamespace() && (name == "min" || name == "max") && call->getNumArgs() >= 2 &&
      call->getType()->isPointerType() &&
      names_.facts(call->getType()->getPointeeType()).type_class == model::TypeClass::Lock)
    return value(call->getArg(name == "min" ? 0 : 1));
  if (callee->isInStdNamespace() &&
      (name == "static_pointer_cast" || name == "dynamic_pointer_cast" || name == "const_pointer_cast"))
    return value(call->getArg(0));
  return std::nullopt;
}

Value Paths::value(const Expr* expr) {
  Value none;
  expr = strip(expr);
  if (!expr || depth_ > kMaxAliasDepth) return none;
  struct Deeper {
    unsigned& d;
    Deeper(unsigned& depth) : d(depth) { ++d; }
    ~Deeper() { --d; }
  } deeper(depth_);

  if (isa<CXXThisExpr>(expr)) return {ValueKind::Object, thisObject(), nullptr};
  if (const FunctionDecl* f = callable(expr)) return {ValueKind::Callable, {}, f};
  if (const auto* cast = dyn_cast<ExplicitCastExpr>(expr)) {
    // (T*)pointer, (T*)integer: only the former says something.
    QualType from = cast->getSubExpr()->getType();
    if (from->isPointerType() || from->isArrayType() || names_.facts(from).is_pointer)
      return value(cast->getSubExpr());
    return none;
  }
  if (const auto* op = dyn_cast<UnaryOperator>(expr)) {
    if (op->getOpcode() == UO_AddrOf) {
      if (auto path = object(op->getSubExpr())) return {ValueKind::Object, *path, nullptr};
      return none;
    }
    if (op->isIncrementDecrementOp()) {
      Value v = value(op->getSubExpr());
      if (staysInElement(v)) v.path.steps.back().index = -1;
      return v;
    }
    if (op->getOpcode() != UO_Deref && op->getOpcode() != UO_Extension) return none;
  }
  if (const auto* op = dyn_cast<BinaryOperator>(expr)) {
    if (op->getOpcode() == BO_Comma) return value(op->getRHS());
    if (op->getOpcode() == BO_Assign) return value(op->getRHS());
    if (op->isAdditiveOp() || op->isCompoundAssignmentOp()) {
      Value v = value(op->getLHS()->getType()->isPointerType() || op->getLHS()->getType()->isArrayType()
                          ? op->getLHS()
                          : op->getRHS());
      if (staysInElement(v)) v.path.steps.back().index = -1;
      return v;
    }
    return none;
  }
  if (const auto* made = dyn_cast<CXXNewExpr>(expr)) {
    const Site site = allocation_site_ ? allocation_site_(made) : Site();
    if (!site.event) return none;
    Path path;
    path.root = RootKind::Alloc;
    path.site = site.event;
    path.entity = site.owner;
    return {ValueKind::Object, path, nullptr};
  }
  if (const auto* call = dyn_cast<CallExpr>(expr)) {
    if (auto known = valueOfCall(call)) return *known;
    if (allocation_site_)
      if (const Site site = allocation_site_(call); site.event) { // malloc and the like
        Path path;
        path.root = RootKind::Alloc;
        path.site = site.event;
        path.entity = site.owner;
        return {ValueKind::Object, path, nullptr};
      }
    if (call->getType()->isPointerType() || names_.facts(call->getType()).is_pointer || call->isGLValue()) {
      auto path = ofCall(call);
      if (path) return {ValueKind::Value, *path, nullptr};
    }
    return none;
  }
  if (const auto* conditional = dyn_cast<AbstractConditionalOperator>(expr)) {
    Value a = value(conditional->getTrueExpr()), b = value(conditional->getFalseExpr());
    if (a.kind == b.kind && a.path == b.path) return a;
    if (a.kind == ValueKind::None &&
        conditional->getTrueExpr()->isNullPointerConstant(names_.context(), Expr::NPC_ValueDependentIsNull))
      return b;
    if (b.kind == ValueKind::None &&
        conditional->getFalseExpr()->isNullPointerConstant(names_.context(), Expr::NPC_ValueDependentIsNull))
      return a;
    return none;
  }
  if (const auto* construct = dyn_cast<CXXConstructExpr>(expr)) {
    // Smart pointers and iterators made from another pointer: shared_ptr<T>(new T), copies, conversions.
    TypeFacts facts = names_.facts(construct->getType());
    if (construct->getNumArgs() >= 1 &&
        (facts.is_pointer || construct->getConstructor()->isCopyOrMoveConstructor())) {
      const Expr* arg = construct->getArg(0);
      if (arg->getType()->isPointerType() || names_.facts(arg->getType()).is_pointer) return value(arg);
      if (facts.is_pointer && arg->isLValue()) // reference_wrapper(x)
        if (auto path = object(arg)) return {ValueKind::Object, *path, nullptr};
    }
    return none;
  }
  if (expr->getType()->isArrayType()) { // decays to its first element
    if (auto path = object(expr)) return {ValueKind::Object, extend(*path, StepKind::Index, {}, 0), nullptr};
    return none;
  }
  // A pointer variable: what it was set to, or what it holds.
  if (const auto* ref = dyn_cast<DeclRefExpr>(expr))
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl())) {
      const Expr* init = aliasInit(v);
      if (init) {
        const LocalFacts& facts = locals_.of(v);
        if (v->getType()->isReferenceType()) {
          return value(init);
        }
        Value alias = value(init);
        bool stepped = facts.steps > 0;
        if (alias.kind != ValueKind::None && (!stepped || staysInElement(alias))) {
          if (stepped) alias.path.steps.back().index = -1;
          return alias;
        }
      } else if (isa<ParmVarDecl>(v) || !v->isLocalVarDecl() || true) {
        // A lambda's copy of a pointer points where the original pointed.
        return {ValueKind::Value, ofVariable(v), nullptr};
      }
      return {ValueKind::Value, ofVariable(v), nullptr};
    }
  if (auto path = object(expr)) return {ValueKind::Value, *path, nullptr};
  return none;
}

Path Paths::dereference(const Value& value, QualType pointee, Names& names) {
  if (value.kind == ValueKind::Object) return value.path;
  if (value.kind == ValueKind::Value) return extend(value.path, StepKind::Deref);
  Path path;
  path.root = RootKind::Unknown;
  if (!pointee.isNull())
    if (const RecordDecl* record = pointee.getNonReferenceType()->getAsRecordDecl())
      path.entity = names.type(record);
  return path;
}

Value Paths::argument(const Expr* arg, QualType parameter) {
  if (const FunctionDecl* f = callable(arg)) return {ValueKind::Callable, {}, f};
  if (parameter->isReferenceType()) {
    if (auto path = object(arg)) return {ValueKind::Object, *path, nullptr};
    return {};
  }
  TypeFacts facts = names_.facts(parameter);
  if (parameter->isPointerType() || facts.is_pointer) return value(arg);
  Value copy;
  copy.kind = ValueKind::Copy;
  const Expr* bare = strip(arg);
  if (const auto* construct = dyn_cast<CXXConstructExpr>(bare);
      construct && construct->getConstructor()->isCopyOrMoveConstructor() && construct->getNumArgs() == 1)
    bare = strip(construct->getArg(0));
  if (bare->isLValue())
    if (auto path = object(bare)) copy.path = *path;
  return copy;
}

Path Paths::collapseLock(Path path) {
  while (!path.steps.empty() && path.steps.back().kind == StepKind::Field) {
    const model::Entity& field = names_.unit()[path.steps.back().field];
    if (!field.parent || names_.unit()[field.parent].type_class != model::TypeClass::Lock) break;
    path.steps.pop_back();
  }
  return path;
}

std::optional<Path> Paths::lock(const Expr* expr) {
  const Expr* bare = strip(expr);
  std::optional<Path> path;
  QualType type = bare->getType();
  if (type->isPointerType() || names_.facts(type).is_pointer) {
    Value v = value(bare);
    if (v.kind == ValueKind::None) {
      path = unknown(type->isPointerType() ? type->getPointeeType() : type);
    } else {
      path = dereference(v, type, names_);
    }
  } else {
    path = object(bare);
  }
  if (!path) path = unknown(type);
  return collapseLock(*path);
}

const FunctionDecl* Paths::callable(const Expr* expr) {
  expr = strip(expr);
  if (!expr || depth_ > kMaxAliasDepth) return nullptr;
  if (const auto* cast = dyn_cast<ExplicitCastExpr>(expr)) return callable(cast->getSubExpr());
  if (const auto* op = dyn_cast<UnaryOperator>(expr);
      op && (op->getOpcode() == UO_AddrOf || op->getOpcode() == UO_Deref || op->getOpcode() == UO_Plus))
    return callable(op->getSubExpr());
  if (const auto* lambda = dyn_cast<LambdaExpr>(expr)) {
    if (lambda->isGenericLambda()) {
      if (FunctionTemplateDecl* tmpl = lambda->getLambdaClass()->getDependentLambdaCallOperator()) {
        const FunctionDecl* only = nullptr;
        for (const FunctionDecl* f : tmpl->specializations())
          only = f;
        return only;
      }
      return nullptr;
    }
    return lambda->getCallOperator();
  }
  if (const auto* ref = dyn_cast<DeclRefExpr>(expr)) {
    if (const auto* f = dyn_cast<FunctionDecl>(ref->getDecl())) return f;
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl())) {
      if (const auto* record = v->getType().getNonReferenceType()->getAsCXXRecordDecl();
          record && record->isLambda()) {
        if (record->isGenericLambda()) {
          const FunctionDecl* only = nullptr;
          if (FunctionTemplateDecl* tmpl = record->getDependentLambdaCallOperator())
            for (const FunctionDecl* f : tmpl->specializations())
              only = f;
          return only;
        }
        return record->getLambdaCallOperator();
      }
      QualType type = v->getType();
      bool holds_function = type->isFunctionPointerType() || type->isMemberFunctionPointerType() ||
                            (type->getAsCXXRecordDecl() && type->getAsCXXRecordDecl()->isInStdNamespace() &&
                             type->getAsCXXRecordDecl()->getDeclName().isIdentifier() &&
                             type->getAsCXXRecordDecl()->getName() == "function");
      if (holds_function)
        if (const Expr* init = aliasInit(v)) {
          ++depth_;
          const FunctionDecl* f = callable(init);
          --depth_;
          return f;
        }
    }
    return nullptr;
  }
  if (const auto* construct = dyn_cast<CXXConstructExpr>(expr)) {
    if (const CXXRecordDecl* record = construct->getType()->getAsCXXRecordDecl()) {
      if (construct->getNumArgs() >= 1 &&
          (record->isLambda() ||
           (record->isInStdNamespace() && record->getDeclName().isIdentifier() &&
            (record->getName() == "function" || record->getName() == "move_only_function"))))
        return callable(construct->getArg(0));
    }
  }
  if (const auto* call = dyn_cast<CallExpr>(expr)) {
    const FunctionDecl* callee = call->getDirectCallee();
    if (callee && callee->isInStdNamespace() && callee->getDeclName().isIdentifier() &&
        call->getNumArgs() > 0 &&
        (callee->getName() == "move" || callee->getName() == "forward" || callee->getName() == "ref" ||
         callee->getName() == "bind" || callee->getName() == "bind_front" || callee->getName() == "mem_fn"))
      return callable(call->getArg(0));
  }
  // An object with one call operator.
  if (const auto* record =
          expr->getType().isNull() ? nullptr : expr->getType().getNonReferenceType()->getAsCXXRecordDecl();
      record && record->hasDefinition() && !record->isInStdNamespace() && !record->isLambda() &&
      !names_.inSystemHeader(record->getLocation())) {
    const FunctionDecl* only = nullptr;
    for (const NamedDecl* d :
         record->getDefinition()->lookup(names_.context().DeclarationNames.getCXXOperatorName(OO_Call))) {
      if (only) return nullptr;
      only = dyn_cast<FunctionDecl>(d);
    }
    return only;
  }
  return nullptr;
}

} // namespace racecourse::frontend
