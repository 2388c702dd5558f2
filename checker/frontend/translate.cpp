// The idea: Clang's CFG with every sub-expression as an element already gives evaluation order, implicit destructors and
// temporaries; each element is looked at once and becomes at most a few events. What a value depends on is kept per
// expression and, flow-insensitively, per local variable: enough to tie a check to its act.
// Invariant: events are created in reverse post-order of blocks, so a Result or Alloc site precedes its uses except
// around loops.
#include "checker/frontend/translate.h"
#include "checker/frontend/llvm_versions.h"

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

/// A function with more blocks than this (generated parsers, tables in code) is kept without its body.
static constexpr unsigned kMaxBlocks = 5000;
Translator::Translator(UnitState& state, const FunctionDecl* function)
    : state_(state), names_(state.names), locals_(state.locals), roles_(state.roles), unit_(state.unit),
      paths_(state.names, state.locals), function_(function) {
  paths_.enter(
      function,
      [this](const Expr* e) {
        auto it = event_of_.find(e);
        if (it == event_of_.end()) return EventId();
        EventKind kind = out_.events[it->second.value].kind;
        return kind == EventKind::Call ? it->second : EventId();
      },
      [this](const Expr* e) -> Paths::Site {
        const auto outer = state_.allocations.find(e);
        if (outer != state_.allocations.end() && out_.is_lambda && outer->second.owner == out_.enclosing)
          return outer->second;
        return {out_.entity, allocation(e)};
      });
}

// ---- the function's own facts -----------------------------------------------------------------------------------

model::Function Translator::declare() {
  out_ = {};
  out_.entity = names_.function(function_);
  const auto* method = dyn_cast<CXXMethodDecl>(function_);
  bool lambda = method && method->getParent()->isLambda();
  if (method && !method->isStatic() && !lambda) out_.this_type = names_.type(method->getParent());
  if (lambda) {
    const DeclContext* dc = method->getParent()->getDeclContext();
    while (dc && !isa<FunctionDecl>(dc))
      dc = dc->getParent();
    if (const auto* owner = dyn_cast_or_null<FunctionDecl>(dc)) out_.enclosing = names_.function(owner);
  }
  for (const ParmVarDecl* p : function_->parameters())
    out_.parameters.push_back(names_.variable(p));
  out_.is_constructor = isa<CXXConstructorDecl>(function_);
  out_.is_destructor = isa<CXXDestructorDecl>(function_);
  out_.is_virtual = method && method->isVirtual();
  out_.is_lambda = lambda;
  out_.is_main = function_->isMain();
  out_.is_exported = function_->isExternallyVisible() && !lambda;
  out_.is_private = method && (method->getAccess() == AS_private || method->getAccess() == AS_protected);
  out_.address_taken = state_.address_taken.contains(function_->getCanonicalDecl());
  if (const auto* proto = function_->getType()->getAs<FunctionProtoType>())
    out_.is_noexcept = !isUnresolvedExceptionSpec(proto->getExceptionSpecType()) && proto->isNothrow();
  out_.analysis_off = function_->hasAttr<NoThreadSafetyAnalysisAttr>();
  out_.in_system_header = names_.inSystemHeader(function_->getLocation());
  out_.place = names_.place(function_->getLocation());
  out_.end = names_.place(function_->getEndLoc());
  contracts();
  return out_;
}

void Translator::contracts() {
  using Kind = model::Contract::Kind;
  auto add = [&](Kind kind, bool shared, llvm::iterator_range<Expr* const*> args, bool success = true) {
    bool any = false;
    for (const Expr* arg : args) {
      if (isa<IntegerLiteral, CXXBoolLiteralExpr, StringLiteral>(strip(arg))) continue;
      std::optional<Path> lock = paths_.lock(arg);
      any = true;
      if (!lock || lock->root == RootKind::Unknown) continue;
      model::Contract c;
      c.kind = kind;
      c.mode = shared ? model::Mode::Shared : model::Mode::Exclusive;
      c.success_value = success;
      c.lock = intern(*lock);
      out_.contracts.push_back(c);
    }
    if (!any && isa<CXXMethodDecl>(function_)) { // no argument: the object itself
      model::Contract c;
      c.kind = kind;
      c.mode = shared ? model::Mode::Shared : model::Mode::Exclusive;
      c.success_value = success;
      c.lock = intern(paths_.thisObject());
      out_.contracts.push_back(c);
    }
  };
  for (const Attr* attr : function_->attrs()) {
    if (const auto* a = dyn_cast<RequiresCapabilityAttr>(attr)) add(Kind::Requires, a->isShared(), a->args());
    if (const auto* a = dyn_cast<AcquireCapabilityAttr>(attr)) add(Kind::Acquires, a->isShared(), a->args());
    if (const auto* a = dyn_cast<ReleaseCapabilityAttr>(attr)) add(Kind::Releases, a->isShared(), a->args());
    if (const auto* a = dyn_cast<LocksExcludedAttr>(attr)) add(Kind::Excludes, false, a->args());
    if (const auto* a = dyn_cast<AssertCapabilityAttr>(attr)) add(Kind::Asserts, a->isShared(), a->args());
    if (const auto* a = dyn_cast<AssertExclusiveLockAttr>(attr)) add(Kind::Asserts, false, a->args());
    if (const auto* a = dyn_cast<AssertSharedLockAttr>(attr)) add(Kind::Asserts, true, a->args());
    auto success = [&](const Expr* value) {
      bool result = true;
      return value && !value->isValueDependent() &&
                     value->EvaluateAsBooleanCondition(result, names_.context())
                 ? result
                 : true;
    };
    if (const auto* a = dyn_cast<TryAcquireCapabilityAttr>(attr))
      add(Kind::TryAcquires, a->isShared(), a->args(), success(a->getSuccessValue()));
    if (const auto* a = dyn_cast<ExclusiveTrylockFunctionAttr>(attr))
      add(Kind::TryAcquires, false, a->args(), success(a->getSuccessValue()));
    if (const auto* a = dyn_cast<SharedTrylockFunctionAttr>(attr))
      add(Kind::TryAcquires, true, a->args(), success(a->getSuccessValue()));
    if (const auto* a = dyn_cast<LockReturnedAttr>(attr))
      if (auto lock = paths_.lock(a->getArg())) {
        model::Contract c;
        c.kind = Kind::ReturnsLock;
        c.lock = intern(*lock);
        out_.contracts.push_back(c);
      }
  }
}

static std::uint64_t hashOf(const Stmt* body, const SourceManager& sm, const LangOptions& options) {
  StringRef text = Lexer::getSourceText(CharSourceRange::getTokenRange(body->getSourceRange()), sm, options);
  return hashOf(text);
}

static CFG::BuildOptions cfgOptions() {
  CFG::BuildOptions options;
  options.AddInitializers = true;
  options.AddImplicitDtors = true;
  options.AddTemporaryDtors = true;
  options.AddLifetime = true;
  options.AddCXXNewAllocator = false;
  options.AddCXXDefaultInitExprInCtors = true;
  options.PruneTriviallyFalseEdges = true;
  options.setAllAlwaysAdd();
  return options;
}

model::Function Translator::translate(const Stmt* body) {
  declare();
  out_.body_hash = hashOf(body, names_.context().getSourceManager(), names_.context().getLangOpts());
  std::unique_ptr<CFG> cfg =
      CFG::buildCFG(function_, const_cast<Stmt*>(body), &names_.context(), cfgOptions());
  if (!cfg) {
    out_.widened = true;
    note(model::Note::Kind::UnsupportedSyntax, function_->getLocation(),
         "no control-flow graph could be made of this function");
    return std::move(out_);
  }
  if (cfg->size() > kMaxBlocks) {
    out_.widened = true;
    note(model::Note::Kind::CapHit, function_->getLocation(),
         "function too large: more than " + std::to_string(kMaxBlocks) + " blocks");
    return std::move(out_);
  }
  walk(*cfg);
  return std::move(out_);
}

model::Function Translator::translateInitialiser(const VarDecl* variable) {
  out_ = {};
  model::Entity entity;
  entity.kind = EntityKind::Function;
  model::EntityId of = names_.variable(variable);
  entity.usr = unit_.intern(std::string(unit_.text(unit_[of].usr)) + "@init");
  entity.space = unit_[of].space;
  entity.name = unit_.intern("initialiser of " + std::string(unit_.text(unit_[of].name)));
  entity.place = names_.place(variable->getLocation());
  const bool constant = variable->hasConstantInitialization();
  if (constant && !holdsPointers(variable->getType())) return std::move(out_);
  out_.entity = unit_.intern(entity);
  paths_.ownSites(out_.entity);
  out_.runs_before_main = true;
  out_.place = out_.end = entity.place;
  std::unique_ptr<CFG> cfg =
      CFG::buildCFG(variable, const_cast<Expr*>(variable->getInit()), &names_.context(), cfgOptions());
  if (cfg && cfg->size() <= kMaxBlocks) walk(*cfg);
  if (constant || out_.blocks.empty()) {
    if (out_.blocks.empty()) out_.blocks.emplace_back();
    std::vector<EventId> events = std::move(out_.blocks.front().events);
    block_ = &events;
    initialPointers(variable->getInit(), paths_.ofVariable(variable), variable->getType());
    block_ = nullptr;
    out_.blocks.front().events = std::move(events);
  }
  return std::move(out_);
}

void Translator::note(model::Note::Kind kind, SourceLocation where, const std::string& text) {
  model::Note n;
  n.kind = kind;
  n.function = out_.entity;
  n.place = names_.place(where);
  n.text = text;
  unit_.notes.push_back(std::move(n));
}

// ---- the walk ---------------------------------------------------------------------------------------------------

/// glibc's pthread_cleanup_push in C tests whether it is entered a second time, by cancellation. What runs then is what
/// pthread_cleanup_pop names as well, in a state that the code above the test does not have: that way is left out.
static bool entersByCancellation(const CFGBlock& block) {
  const Expr* condition = block.succ_size() == 2 ? block.getLastCondition() : nullptr;
  std::vector<const Stmt*> work;
  if (condition) work.push_back(condition);
  for (std::size_t i = 0; i < work.size() && i < 16; ++i) {
    if (const auto* ref = dyn_cast<DeclRefExpr>(work[i]))
      if (ref->getDecl()->getDeclName().isIdentifier() && ref->getDecl()->getName() == "__not_first_call")
        return true;
    for (const Stmt* child : work[i]->children())
      if (child) work.push_back(child);
  }
  return false;
}

void Translator::walk(const CFG& cfg) {
  lock_indices_.emplace(function_ ? function_->getBody() : nullptr, names_);
  std::vector<const CFGBlock*> order;
  llvm::DenseMap<const CFGBlock*, unsigned> numbers;
  // Handlers have no edge into them (calls have no exception edges): they are entered from where their try begins.
  llvm::DenseMap<const CFGBlock*, std::vector<const CFGBlock*>> extra;
  llvm::DenseMap<const Stmt*, const CFGBlock*> first_block;
  bool has_handlers = false;
  for (const CFGBlock* block : cfg)
    if (isa_and_nonnull<CXXCatchStmt>(block->getLabel())) has_handlers = true;
  if (has_handlers) {
    for (const CFGBlock* block : cfg)
      for (const CFGElement& e : *block)
        if (auto s = e.getAs<CFGStmt>()) first_block.insert({s->getStmt(), block});
    for (const CFGBlock* block : cfg) {
      const auto* attempt = dyn_cast_or_null<CXXTryStmt>(block->getTerminatorStmt());
      if (!attempt) continue;
      const CFGBlock* from = nullptr;
      std::vector<const Stmt*> work{attempt->getTryBlock()};
      for (std::size_t i = 0; i < work.size() && !from && i < 64; ++i) {
        auto it = first_block.find(work[i]);
        if (it != first_block.end()) {
          from = it->second;
          break;
        }
        for (const Stmt* child : work[i]->children())
          if (child) work.push_back(child);
      }
      if (!from) from = &cfg.getEntry();
      for (const CFGBlock::AdjacentBlock& handler : block->succs())
        if (const CFGBlock* h = handler.getReachableBlock())
          if (h->pred_size() <= 1) extra[from].push_back(h);
    }
  }
  // Reverse post-order from the entry.
  {
    std::vector<std::pair<const CFGBlock*, unsigned>> stack;
    llvm::DenseSet<const CFGBlock*> seen;
    std::vector<const CFGBlock*> post;
    auto successors = [&](const CFGBlock* b) {
      std::vector<const CFGBlock*> next;
      bool skip = entersByCancellation(*b);
      for (const CFGBlock::AdjacentBlock& s : b->succs())
        if (const CFGBlock* target = s.getReachableBlock(); target && !std::exchange(skip, false))
          next.push_back(target);
      auto it = extra.find(b);
      if (it != extra.end()) next.insert(next.end(), it->second.begin(), it->second.end());
      return next;
    };
    stack.push_back({&cfg.getEntry(), 0});
    seen.insert(&cfg.getEntry());
    while (!stack.empty()) {
      auto& [block, next] = stack.back();
      std::vector<const CFGBlock*> s = successors(block);
      if (next < s.size()) {
        const CFGBlock* target = s[s.size() - 1 - next++];
        if (seen.insert(target).second) stack.push_back({target, 0});
      } else {
        post.push_back(block);
        stack.pop_back();
      }
    }
    order.assign(post.rbegin(), post.rend());
  }
  for (unsigned i = 0; i < order.size(); ++i)
    numbers[order[i]] = i;
  out_.blocks.resize(order.size());
  for (unsigned i = 0; i < order.size(); ++i) {
    const CFGBlock* block = order[i];
    std::vector<EventId> events;
    block_ = &events;
    set_here_.clear();
    for (const CFGElement& e : inOrderOfEnding(*block))
      element(e);
    model::Block& target = out_.blocks[i];
    bool ends = block->hasNoReturnElement();
    llvm::SmallVector<const CFGBlock*, 2> next;
    for (const CFGBlock::AdjacentBlock& s : block->succs())
      next.push_back(ends ? nullptr : s.getReachableBlock());
    if (!next.empty() && entersByCancellation(*block)) next.front() = nullptr;
    auto more = extra.find(block);
    unsigned alive = 0;
    for (const CFGBlock* s : next)
      alive += s != nullptr;
    bool branches = next.size() == 2 && alive == 2 && more == extra.end() &&
                    !isa_and_nonnull<SwitchStmt>(block->getTerminatorStmt());
    if (branches) target.condition = condition(*block);
    target.condition.compares_identity |= lock_indices_->picksIn(*block);
    // Each return leaves from its own block: the ways out stay apart (one may hold a lock that the others gave back).
    const bool leaves = next.size() == 1 && next[0] == &cfg.getExit() && more == extra.end();
    for (const CFGBlock* s : next)
      if (s && !leaves) target.successors.push_back(BlockId(numbers[s]));
    if (more != extra.end())
      for (const CFGBlock* h : more->second)
        target.successors.push_back(BlockId(numbers[h]));
    if (leaves && !block->hasNoReturnElement()) parametersEnd(events);
    out_.blocks[i].events = std::move(events);
    block_ = nullptr;
  }
  joinsAfterLoops(cfg, numbers);
}

/// `for (auto& t : threads) t.join();` joins them all: also on the path that skips the loop, where there are none.
void Translator::joinsAfterLoops(const CFG& cfg, const llvm::DenseMap<const CFGBlock*, unsigned>& numbers) {
  for (auto& [loop, join] : loop_joins_)
    for (const CFGBlock* block : cfg) {
      if (block->getTerminatorStmt() != loop || block->succ_size() != 2) continue;
      auto succ = block->succ_begin();
      ++succ;
      const CFGBlock* exit = succ->getReachableBlock();
      auto it = exit ? numbers.find(exit) : numbers.end();
      if (it == numbers.end()) continue;
      Event copy = out_.events[join.value];
      copy.all_elements = true;
      EventId id(out_.events.size());
      out_.events.push_back(std::move(copy));
      auto& events = out_.blocks[it->second].events;
      events.insert(events.begin(), id);
    }
}

void Translator::element(const CFGElement& e) {
  switch (e.getKind()) {
  case CFGElement::Statement:
  case CFGElement::Constructor:
  case CFGElement::CXXRecordTypedCall: statement(e.castAs<CFGStmt>().getStmt()); break;
  case CFGElement::Initializer: initialiser(e.castAs<CFGInitializer>().getInitializer()); break;
  case CFGElement::AutomaticObjectDtor: {
    auto dtor = e.castAs<CFGAutomaticObjDtor>();
    destroyed(dtor.getVarDecl(), dtor.getTriggerStmt());
    break;
  }
  case CFGElement::LifetimeEnds: {
    auto end = e.castAs<CFGLifetimeEnds>();
    ends(end.getVarDecl(), end.getTriggerStmt() ? end.getTriggerStmt()->getEndLoc() : SourceLocation());
    break;
  }
  case CFGElement::TemporaryDtor:
    destroyTemporary(e.castAs<CFGTemporaryDtor>().getBindTemporaryExpr());
    break;
  case CFGElement::MemberDtor: {
    const FieldDecl* field = e.castAs<CFGMemberDtor>().getFieldDecl();
    Path path = paths_.thisObject();
    path.steps.push_back({StepKind::Field, names_.field(field), -1});
    QualType type = names_.context().getBaseElementType(field->getType());
    TypeFacts facts = names_.facts(type);
    if (roles_.isGuard(type) && !type->isReferenceType()) {
      Event event = make(EventKind::GuardDestroy, function_->getEndLoc());
      event.path = intern(path);
      emit(std::move(event));
    } else if (facts.model && facts.model->joins_at_end) {
      Event event = make(EventKind::Join, function_->getEndLoc());
      event.path = intern(path);
      emit(std::move(event));
    } else if (const auto* record = type->getAsCXXRecordDecl();
               record && !field->getType()->isReferenceType()) {
      destructorCall(record, path, function_->getEndLoc());
    }
    break;
  }
  case CFGElement::BaseDtor: {
    const CXXBaseSpecifier* base = e.castAs<CFGBaseDtor>().getBaseSpecifier();
    if (const CXXRecordDecl* record = base->getType()->getAsCXXRecordDecl())
      destructorCall(record, paths_.thisObject(), function_->getEndLoc());
    break;
  }
  default: break;
  }
}

// ---- statements -------------------------------------------------------------------------------------------------

void Translator::statement(const Stmt* stmt) {
  if (const auto* cast = dyn_cast<ImplicitCastExpr>(stmt)) {
    if (cast->getCastKind() == CK_LValueToRValue || cast->getCastKind() == CK_AtomicToNonAtomic) {
      const Expr* from = cast->getSubExpr();
      if (cast->getCastKind() == CK_AtomicToNonAtomic && from->isPRValue()) return;
      EventId id = access(stmt, paths_.object(from), from->getType(), AccessKind::Read, from->getExprLoc());
      if (id && out_.events[id.value].type_class == TypeClass::Atomic)
        out_.events[id.value].atomic = model::AtomicOp::Load;
    }
    return;
  }
  if (const auto* op = dyn_cast<BinaryOperator>(stmt)) {
    if (op->isAssignmentOp()) assignment(op);
    return;
  }
  if (const auto* op = dyn_cast<UnaryOperator>(stmt)) {
    if (op->isIncrementDecrementOp()) {
      if (const auto* ref = dyn_cast<DeclRefExpr>(strip(op->getSubExpr())))
        if (const auto* v = dyn_cast<VarDecl>(ref->getDecl())) {
          set_here_[v->getCanonicalDecl()] = nullptr;
          if (isFlag(v)) setFlag(v, nullptr, op->getExprLoc());
        }
      EventId id = access(stmt, paths_.object(op->getSubExpr()), op->getSubExpr()->getType(),
                          AccessKind::ReadWrite, op->getExprLoc());
      if (id && out_.events[id.value].type_class == TypeClass::Atomic)
        out_.events[id.value].atomic = model::AtomicOp::Update;
    }
    return;
  }
  if (const auto* c = dyn_cast<CallExpr>(stmt)) return call(c);
  if (const auto* c = dyn_cast<CXXConstructExpr>(stmt)) return construct(c);
  if (const auto* d = dyn_cast<DeclStmt>(stmt)) return declaration(d);
  if (const auto* r = dyn_cast<ReturnStmt>(stmt)) return returned(r);
  if (const auto* n = dyn_cast<CXXNewExpr>(stmt)) {
    allocation(n);
    return;
  }
  if (const auto* d = dyn_cast<CXXDeleteExpr>(stmt)) {
    if (const auto* record =
            d->getDestroyedType().isNull() ? nullptr : d->getDestroyedType()->getAsCXXRecordDecl())
      destructorCall(record,
                     Paths::dereference(paths_.value(d->getArgument()), d->getDestroyedType(), names_),
                     d->getExprLoc());
    return;
  }
  if (const auto* t = dyn_cast<CXXThrowExpr>(stmt)) {
    if (!locals_.inTry(stmt)) emit(make(EventKind::Throw, t->getThrowLoc()), stmt);
    return;
  }
  if (const auto* a = dyn_cast<AtomicExpr>(stmt)) {
    Path object =
        Paths::dereference(paths_.value(a->getPtr()), a->getPtr()->getType()->getPointeeType(), names_);
    AtomicExpr::AtomicOp what = a->getOp();
    bool load = what == AtomicExpr::AO__c11_atomic_load || what == AtomicExpr::AO__atomic_load ||
                what == AtomicExpr::AO__atomic_load_n;
    bool store = what == AtomicExpr::AO__c11_atomic_store || what == AtomicExpr::AO__c11_atomic_init ||
                 what == AtomicExpr::AO__atomic_store || what == AtomicExpr::AO__atomic_store_n;
    bool cas = a->isCmpXChg();
    EventId id = access(stmt, object, a->getPtr()->getType()->getPointeeType(),
                        load    ? AccessKind::Read
                        : store ? AccessKind::Write
                                : AccessKind::ReadWrite,
                        a->getExprLoc());
    if (id) {
      Event& event = out_.events[id.value];
      event.type_class = TypeClass::Atomic;
      event.atomic = load    ? model::AtomicOp::Load
                     : store ? model::AtomicOp::Store
                     : cas   ? model::AtomicOp::CompareExchange
                             : model::AtomicOp::Update;
      if (what != AtomicExpr::AO__c11_atomic_init && isRelaxed({a->getOrder()}, names_.context(), true))
        event.flags = model::kAccessRelaxed;
    }
    return;
  }
  if (isa<GCCAsmStmt>(stmt)) {
    state_.has_fence = true; // it may be one
    note(model::Note::Kind::UnsupportedSyntax, stmt->getBeginLoc(), "inline assembly is not looked into");
    return;
  }
}

void Translator::assignment(const BinaryOperator* op) {
  const Expr* left = op->getLHS();
  if (op->getOpcode() == BO_Assign) copyHandle(op->getRHS(), paths_.object(left));
  AccessKind kind = op->isCompoundAssignmentOp() ? AccessKind::ReadWrite : AccessKind::Write;
  std::vector<EventId> inputs = readsOf(op->getRHS());
  if (const auto* ref = dyn_cast<DeclRefExpr>(strip(left)))
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl()); v && v->isLocalVarDeclOrParm()) {
      auto& held = flows_into_[v->getCanonicalDecl()];
      held.insert(held.end(), inputs.begin(), inputs.end());
      set_here_[v->getCanonicalDecl()] = op->getOpcode() == BO_Assign ? op->getRHS() : nullptr;
      if (isFlag(v)) setFlag(v, op->getOpcode() == BO_Assign ? op->getRHS() : nullptr, op->getExprLoc());
    }
  if (left->getType()->isPointerType() && op->getOpcode() == BO_Assign)
    escapeValue(op->getRHS(), model::EscapeHow::Stored, op->getExprLoc());
  EventId id = access(op, paths_.object(left), left->getType(), kind, op->getExprLoc());
  if (!id) return;
  Event& event = out_.events[id.value];
  event.inputs = std::move(inputs);
  if (event.type_class == TypeClass::Atomic)
    event.atomic = kind == AccessKind::Write ? model::AtomicOp::Store : model::AtomicOp::Update;
  if (left->getType()->isPointerType() && op->getOpcode() == BO_Assign) {
    storedValue(id, paths_.value(op->getRHS()));
  }
}

void Translator::declaration(const DeclStmt* stmt) {
  for (const Decl* d : stmt->decls()) {
    const auto* v = dyn_cast<VarDecl>(d);
    if (!v || !v->getInit()) continue;
    const Expr* init = v->getInit();
    copyHandle(init, paths_.ofVariable(v));
    std::vector<EventId> inputs = readsOf(init);
    set_here_[v->getCanonicalDecl()] = init;
    if (isFlag(v)) setFlag(v, init, v->getLocation());
    if (!inputs.empty()) {
      auto& held = flows_into_[v->getCanonicalDecl()];
      held.insert(held.end(), inputs.begin(), inputs.end());
    }
    QualType type = v->getType();
    if (type->isReferenceType()) continue;
    const Expr* bare = strip(init);
    while (const auto* copy = dyn_cast<CXXConstructExpr>(bare)) {
      if (!copy->getConstructor()->isCopyOrMoveConstructor() || copy->getNumArgs() != 1 ||
          !strip(copy->getArg(0))->isPRValue())
        break;
      bare = strip(copy->getArg(0));
    }
    if (roles_.isGuard(type) && isa<CallExpr>(bare)) {
      auto it = event_of_.find(bare);
      Event event = make(EventKind::GuardMove, v->getLocation());
      event.path = intern(paths_.ofVariable(v));
      if (it != event_of_.end() && out_.events[it->second.value].kind == EventKind::Call) {
        Path source;
        source.root = RootKind::Result;
        source.site = it->second;
        source.entity = out_.entity;
        event.value = intern(source);
      } else if (auto moved = paths_.object(bare)) {
        event.value = intern(*moved);
      }
      emit(std::move(event));
      continue;
    }
    if (type->isRecordType() && names_.context().getLangOpts().CPlusPlus)
      continue; // its constructor was an element
    Path path = paths_.ofVariable(v);
    if (!visible(path)) continue;
    EventId id = access(stmt, path, type, AccessKind::Write, v->getLocation());
    if (!id) continue;
    out_.events[id.value].initialises = true;
    out_.events[id.value].inputs = std::move(inputs);
    if (type->isPointerType()) {
      storedValue(id, paths_.value(init));
    } else if (isa<InitListExpr>(strip(init))) {
      initialPointers(init, path, type);
    }
  }
}

void Translator::initialiser(const CXXCtorInitializer* init) {
  if (!init->isAnyMemberInitializer()) return; // bases and delegates are construct expressions
  const FieldDecl* field = init->getAnyMember();
  const Expr* value = init->getInit();
  QualType type = field->getType();
  if (type->isRecordType() && isa<CXXConstructExpr>(strip(value))) return; // seen as an element of its own
  Path path = paths_.thisObject();
  path.steps.push_back({StepKind::Field, names_.field(field), -1});
  bool holds_pointer = type->isPointerType() || type->isReferenceType();
  std::vector<EventId> inputs = readsOf(value);
  EventId id = access(nullptr, path, type, AccessKind::Write, init->getSourceLocation());
  if (!id) return;
  Event& event = out_.events[id.value];
  event.initialises = true;
  if (holds_pointer) {
    Value v;
    if (type->isReferenceType()) {
      if (auto object = paths_.object(value)) v = {ValueKind::Object, *object, nullptr};
    } else {
      v = paths_.value(value);
    }
    storedValue(id, v);
  }
  out_.events[id.value].inputs = std::move(inputs);
}

void Translator::returned(const ReturnStmt* stmt) {
  const Expr* value = stmt->getRetValue();
  if (!function_) return;
  if (!value) { // the place where the function is left
    emit(make(EventKind::Return, stmt->getReturnLoc()), stmt);
    return;
  }
  copyHandle(value);
  if (names_.facts(value->getType()).type_class == TypeClass::Handle)
    moveHandle(value, std::nullopt, stmt->getReturnLoc());
  Event event = make(EventKind::Return, stmt->getReturnLoc());
  event.inputs = readsOf(value);
  QualType type = function_->getReturnType();
  if (roles_.isGuard(type)) {
    const Expr* bare = strip(value);
    while (const auto* copy = dyn_cast<CXXConstructExpr>(bare)) {
      if (!copy->getConstructor()->isCopyOrMoveConstructor() || copy->getNumArgs() != 1) break;
      bare = strip(copy->getArg(0));
    }
    event.value_kind = ValueKind::Object;
    auto it = event_of_.find(bare);
    if (isa<CXXConstructExpr>(bare)) {
      event.value = intern(destinationOf(bare, "temporary"));
    } else if (it != event_of_.end() && isa<CallExpr>(bare) &&
               out_.events[it->second.value].kind == EventKind::Call) {
      Path source;
      source.root = RootKind::Result;
      source.site = it->second;
      source.entity = out_.entity;
      event.value = intern(source);
    } else if (auto path = paths_.object(bare)) {
      event.value = intern(*path);
    }
  } else if (type->isReferenceType()) {
    if (auto path = paths_.object(value)) {
      event.value_kind = ValueKind::Object;
      event.value = intern(*path);
    }
  } else if (type->isPointerType() || names_.facts(type).is_pointer) {
    Argument bound = toArgument(paths_.value(value));
    event.value = bound.path;
    event.value_kind = bound.kind;
  }
  emit(std::move(event), stmt);
}

// ---- shared -----------------------------------------------------------------------------------------------------

Event Translator::make(EventKind kind, SourceLocation where) {
  Event event;
  event.kind = kind;
  event.place = names_.place(where);
  return event;
}

EventId Translator::emit(Event event, const Stmt* source) {
  EventId id(out_.events.size());
  if (source && locals_.inLoop(source)) event.in_loop = true;
  out_.events.push_back(std::move(event));
  block_->push_back(id);
  if (source) event_of_[source] = id;
  return id;
}

bool Translator::visible(const Path& path) const {
  bool through_pointer = false;
  for (const model::Step& step : path.steps)
    through_pointer |= step.kind == StepKind::Deref;
  switch (path.root) {
  case RootKind::Local: {
    if (through_pointer) return true;
    const VarDecl* decl = paths_.declarationOf(path.entity);
    if (!decl || decl->isImplicit()) return false; // range-for's own iterators
    const LocalFacts& facts = locals_.of(decl);
    return facts.captured_by_reference || facts.address_taken;
  }
  case RootKind::Parameter: {
    if (through_pointer || unit_[path.entity].is_reference) return true;
    const VarDecl* decl = paths_.declarationOf(path.entity);
    return decl && locals_.of(decl).captured_by_reference;
  }
  case RootKind::Global: return !unit_[path.entity].in_system_header;
  case RootKind::Unknown: return path.entity.valid() && !path.steps.empty();
  case RootKind::This:
  case RootKind::Result:
  case RootKind::Alloc: return true;
  }
  return true;
}

TypeClass Translator::finalClass(const Path& path, QualType type) {
  if (!path.steps.empty() && path.steps.back().kind == StepKind::Field)
    return unit_[path.steps.back().field].type_class;
  if (path.steps.empty() && path.entity && path.root != RootKind::This && path.root != RootKind::Result &&
      path.root != RootKind::Alloc && path.root != RootKind::Unknown)
    return unit_[path.entity].type_class;
  TypeFacts facts = names_.facts(type);
  return facts.type_class;
}

EventId Translator::access(const Stmt* source, const std::optional<Path>& path, QualType type,
                           AccessKind kind, SourceLocation where, bool by_library) {
  if (!path || !visible(*path)) return {};
  TypeClass type_class = finalClass(*path, type);
  if (type_class != TypeClass::Plain && type_class != TypeClass::Atomic) return {};
  // An element or member of something constant or thread-local is so too.
  if (path->root == RootKind::Global && !path->steps.empty()) {
    bool through_pointer = false;
    for (const model::Step& step : path->steps)
      through_pointer |= step.kind == StepKind::Deref;
    TypeClass root = unit_[path->entity].type_class;
    if (!through_pointer && (root == TypeClass::Const || root == TypeClass::ThreadLocal)) return {};
  }
  Event event = make(EventKind::Access, where);
  event.path = intern(*path);
  event.access = kind;
  event.type_class = type_class;
  event.by_library = by_library;
  return emit(std::move(event), source);
}

void Translator::reads(const Stmt* expr, std::vector<EventId>& out) {
  if (!expr) return;
  auto it = event_of_.find(expr);
  if (it != event_of_.end()) {
    EventKind kind = out_.events[it->second.value].kind;
    // A constructor's arguments flow into its object; that it was called decides nothing.
    if (kind == EventKind::Access || (kind == EventKind::Call && !isa<CXXConstructExpr>(expr)))
      out.push_back(it->second);
  }
  if (const auto* ref = dyn_cast<DeclRefExpr>(expr))
    if (const auto* v = dyn_cast<VarDecl>(ref->getDecl())) {
      auto held = flows_into_.find(v->getCanonicalDecl());
      if (held != flows_into_.end()) out.insert(out.end(), held->second.begin(), held->second.end());
    }
  if (isa<LambdaExpr>(expr)) return;
  for (const Stmt* child : expr->children())
    reads(child, out);
}

std::vector<EventId> Translator::readsOf(const Stmt* expr) {
  std::vector<EventId> result;
  reads(expr, result);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

bool Translator::isAllocation(const Expr* expr) {
  if (isa<CXXNewExpr>(expr)) return true;
  const auto* call = dyn_cast<CallExpr>(expr);
  const FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  if (!callee) return false;
  if (const FunctionModel* m = names_.functionModel(callee, call->getNumArgs());
      m && m->role == Role::MakeObject)
    return true;
  if (!callee->getDeclName().isIdentifier()) return false;
  StringRef name = callee->getName();
  return (callee->getBuiltinID() || names_.inSystemHeader(callee->getLocation())) &&
         (name == "malloc" || name == "calloc" || name == "aligned_alloc" || name == "strdup" ||
          name == "strndup");
}

EventId Translator::allocation(const Expr* expr) {
  if (!isAllocation(expr)) return {};
  auto it = allocations_.find(expr);
  if (it != allocations_.end()) return it->second;
  if (!block_) return {};
  Path path;
  path.root = RootKind::Alloc;
  path.site = EventId(out_.events.size());
  path.entity = out_.entity;
  Event event = make(EventKind::Fresh, expr->getExprLoc());
  event.path = intern(path);
  EventId id = emit(std::move(event));
  if (locals_.inLoop(expr)) out_.events[id.value].in_loop = true;
  state_.allocations.try_emplace(expr, Paths::Site{out_.entity, id});
  return allocations_[expr] = id;
}

Argument Translator::toArgument(const Value& value) {
  Argument result;
  result.kind = value.kind;
  if (value.kind == ValueKind::Callable) {
    result.callable = names_.function(value.callable);
  } else if (value.kind == ValueKind::Object || value.kind == ValueKind::Value) {
    result.path = intern(value.path);
  } else if (value.kind == ValueKind::Copy && (value.path.root != RootKind::Unknown || value.path.entity)) {
    result.path = intern(value.path);
  }
  return result;
}

} // namespace racecourse::frontend
