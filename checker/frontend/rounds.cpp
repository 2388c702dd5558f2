// Each loop is judged by what ends it. Containers of thread handles, and of objects that own one, are a set of workers and
// not items: a loop over them has an unknown number of rounds, not one per item.
#include "checker/frontend/rounds.h"

#include "clang/AST/ExprCXX.h"

#include <algorithm>
#include <vector>

namespace racecourse::frontend {

using namespace clang;
using model::kRoundsPerItem;
using model::TypeClass;

namespace {

constexpr std::uint32_t kUnknown = 0;

class Rounds {
public:
  Rounds(const Locals& locals, Names& names) : locals_(locals), names_(names) {}

  std::uint32_t of(const Stmt* loop) const {
    if (const auto* range = dyn_cast<CXXForRangeStmt>(loop)) return ofRange(range);
    const auto* counted = dyn_cast<ForStmt>(loop);
    const auto* during = dyn_cast<WhileStmt>(loop);
    const auto* until = dyn_cast<DoStmt>(loop);
    const Expr* condition = counted  ? counted->getCond()
                            : during ? during->getCond()
                            : until  ? until->getCond()
                                     : nullptr;
    const std::uint32_t rounds =
        condition ? ofCondition(strip(condition), counted) : kRoundsPerItem; // for (;;)
    return rounds == kRoundsPerItem && refuses(loop) ? kUnknown : rounds;
  }

private:
  /// Some round is cut short because a number has reached another: `if (active >= limit) { …; continue; }`. Comparing with
  /// 0 or less asks whether something went wrong, and bounds nothing.
  bool refuses(const Stmt* loop) const {
    std::vector<const Stmt*> work{loop};
    for (std::size_t i = 0; i < work.size() && i < 4096; ++i) {
      const Stmt* stmt = work[i];
      if (const auto* choice = dyn_cast<IfStmt>(stmt); choice && comparesNumbers(choice->getCond()))
        return true;
      if (stmt != loop && isa<WhileStmt>(stmt) && comparesNumbers(cast<WhileStmt>(stmt)->getCond()))
        return true;
      if (isa<LambdaExpr>(stmt)) continue;
      for (const Stmt* child : stmt->children())
        if (child) work.push_back(child);
    }
    return false;
  }

  bool comparesNumbers(const Expr* condition) const {
    condition = strip(condition);
    const auto* op = dyn_cast_or_null<BinaryOperator>(condition);
    if (!op) return false;
    if (op->isLogicalOp()) return comparesNumbers(op->getLHS()) || comparesNumbers(op->getRHS());
    if (!op->isRelationalOp() || !op->getLHS()->getType()->isIntegerType()) return false;
    const auto asksForFailure = [&](const Expr* side) {
      const std::optional<std::int64_t> value = constant(side);
      return value && *value <= 0;
    };
    return !asksForFailure(op->getLHS()) && !asksForFailure(op->getRHS());
  }

  /// A worker: a thread handle, or an object with one among its members.
  bool isWorker(const RecordDecl* record) const {
    if (!record) return false;
    if (names_.facts(QualType(record->getTypeForDecl(), 0)).type_class == TypeClass::Handle) return true;
    if (!record->getDefinition() || names_.inSystemHeader(record->getLocation())) return false;
    return std::ranges::any_of(record->getDefinition()->fields(), [&](const FieldDecl* field) {
      const TypeFacts facts = names_.facts(field->getType());
      if (facts.type_class == TypeClass::Handle) return true;
      return facts.record && facts.record != record && (facts.is_pointer || facts.is_container) &&
             names_.facts(QualType(facts.record->getTypeForDecl(), 0)).type_class == TypeClass::Handle;
    });
  }

  /// std::array<T, N> has N elements, whoever made it.
  std::optional<std::uint32_t> sizeOfArray(QualType type) const {
    const auto* special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(type->getAsRecordDecl());
    if (!special || names_.modelName(special) != "std::array" || special->getTemplateArgs().size() != 2)
      return std::nullopt;
    return static_cast<std::uint32_t>(
        special->getTemplateArgs()[1].getAsIntegral().getLimitedValue(1u << 20));
  }

  std::uint32_t ofContainer(const Expr* container) const {
    if (const std::optional<std::uint32_t> size = sizeOfArray(container->getType().getNonReferenceType()))
      return *size;
    const TypeFacts facts = names_.facts(container->getType());
    return isWorker(facts.record) ? kUnknown : kRoundsPerItem;
  }

  std::uint32_t ofRange(const CXXForRangeStmt* range) const {
    const Expr* over = range->getRangeInit();
    if (!over) return kUnknown;
    const QualType type = over->getType().getNonReferenceType();
    if (const auto* array = names_.context().getAsConstantArrayType(type))
      return static_cast<std::uint32_t>(std::min<std::uint64_t>(array->getSize().getZExtValue(), 1u << 20));
    const RecordDecl* record = type->getAsRecordDecl();
    if (!record) return kUnknown;
    const std::string name = names_.modelName(record);
    if (const std::optional<std::uint32_t> size = sizeOfArray(type)) return *size;
    if (name == "std::initializer_list") {
      const auto* list = dyn_cast<CXXStdInitializerListExpr>(strip(over));
      const auto* braces = list ? dyn_cast<InitListExpr>(strip(list->getSubExpr())) : nullptr;
      return braces ? braces->getNumInits() : kUnknown;
    }
    // What a program's own iterable class stands for is not known: it may be a range of numbers.
    return names_.facts(type).is_container ? ofContainer(over) : kUnknown;
  }

  /// The initialiser of a local variable that nothing changes.
  const Expr* through(const Expr* expr) const {
    for (int i = 0; i < 4; ++i) {
      expr = strip(expr);
      if (const auto* cast = dyn_cast<ExplicitCastExpr>(expr)) {
        expr = cast->getSubExpr();
        continue;
      }
      const auto* ref = dyn_cast<DeclRefExpr>(expr);
      const auto* v = ref ? dyn_cast<VarDecl>(ref->getDecl()) : nullptr;
      if (!v || !v->hasLocalStorage() || !v->getInit() || locals_.of(v).assignments > 0) return expr;
      expr = v->getInit();
    }
    return strip(expr);
  }

  std::optional<std::int64_t> constant(const Expr* expr) const {
    expr = through(expr);
    Expr::EvalResult value;
    if (expr->isValueDependent() || !expr->getType()->isIntegralOrEnumerationType() ||
        !expr->EvaluateAsInt(value, names_.context()))
      return std::nullopt;
    return value.Val.getInt().getExtValue();
  }

  /// The container whose size or end `expr` is.
  const Expr* containerMeasured(const Expr* expr) const {
    const auto* call = dyn_cast<CXXMemberCallExpr>(through(expr));
    const CXXMethodDecl* method = call ? call->getMethodDecl() : nullptr;
    if (!method || !method->getDeclName().isIdentifier()) return nullptr;
    const Expr* object = call->getImplicitObjectArgument();
    const StringRef name = method->getName();
    const bool measures = name == "size" || name == "length" || name == "end" || name == "cend" ||
                          name == "empty" || name == "count";
    return measures && names_.facts(object->getType()).is_container ? object : nullptr;
  }

  std::uint32_t ofCondition(const Expr* condition, const ForStmt* counted) const {
    condition = strip(condition);
    if (const auto* op = dyn_cast<BinaryOperator>(condition)) {
      if (op->isLogicalOp()) {
        const std::uint32_t left = ofCondition(op->getLHS(), counted);
        const std::uint32_t right = ofCondition(op->getRHS(), counted);
        // All of several conditions: the one with a number, or an unknown bound, ends the loop.
        return op->getOpcode() == BO_LAnd ? std::min(left, right) : std::max(left, right);
      }
      if (op->isAssignmentOp()) return ofCondition(op->getRHS(), nullptr); // while ((fd = accept(…)))
      if (op->isComparisonOp()) return ofComparison(op->getLHS(), op->getRHS(), counted);
      return kUnknown;
    }
    if (const auto* op = dyn_cast<CXXOperatorCallExpr>(condition)) {
      if (op->isComparisonOp() && op->getNumArgs() == 2)
        return ofComparison(op->getArg(0), op->getArg(1), nullptr);
      return kRoundsPerItem; // while (in >> word)
    }
    if (const auto* op = dyn_cast<UnaryOperator>(condition)) {
      if (op->getOpcode() == UO_LNot) {
        if (const Expr* container = containerMeasured(op->getSubExpr())) return ofContainer(container);
        return ofCondition(op->getSubExpr(), nullptr);
      }
      return kUnknown; // while (n--)
    }
    Expr::EvalResult value;
    bool truth = false;
    if (!condition->isValueDependent() && condition->EvaluateAsBooleanCondition(truth, names_.context()))
      return truth ? kRoundsPerItem : 1;                 // while (true), do … while (0)
    if (isa<CallExpr>(condition)) return kRoundsPerItem; // while (next(…)), while (running.load())
    if (condition->getType()->isPointerType() && counted) return kRoundsPerItem; // a list
    if (condition->getType()->isBooleanType()) return kRoundsPerItem;            // while (running)
    if (const auto* ref = dyn_cast<DeclRefExpr>(condition);
        ref && !counted && isa<VarDecl>(ref->getDecl()) && !cast<VarDecl>(ref->getDecl())->hasLocalStorage())
      return kRoundsPerItem; // C's while (running)
    return kUnknown;
  }

  std::uint32_t ofComparison(const Expr* left, const Expr* right, const ForStmt* counted) const {
    for (const Expr* side : {left, right})
      if (const Expr* container = containerMeasured(side)) return ofContainer(container);
    // while ((n = read(…)) > 0), while (accept(…) >= 0)
    if (!counted)
      for (const Expr* side : {left, right}) {
        const Expr* bare = strip(side);
        if (const auto* assigned = dyn_cast<BinaryOperator>(bare); assigned && assigned->isAssignmentOp())
          bare = strip(assigned->getRHS());
        if (isa<CallExpr>(bare)) return kRoundsPerItem;
      }
    if (counted && strip(left)->getType()->isPointerType() && (isNull(left) || isNull(right)))
      return kRoundsPerItem; // for (node = head; node != NULL; node = node->next)
    const std::optional<std::int64_t> bound = constant(right) ? constant(right) : constant(left);
    if (!bound || !counted) return kUnknown;
    const std::int64_t rounds = std::max<std::int64_t>(std::abs(*bound - start(counted)), 1);
    return static_cast<std::uint32_t>(std::min<std::int64_t>(rounds, 1 << 20));
  }

  bool isNull(const Expr* expr) const {
    return expr->isNullPointerConstant(names_.context(), Expr::NPC_ValueDependentIsNotNull) !=
           Expr::NPCK_NotNull;
  }

  std::int64_t start(const ForStmt* loop) const {
    const Expr* from = nullptr;
    if (const auto* decls = dyn_cast_or_null<DeclStmt>(loop->getInit()); decls && decls->isSingleDecl())
      if (const auto* v = dyn_cast<VarDecl>(decls->getSingleDecl())) from = v->getInit();
    if (const auto* op = dyn_cast_or_null<BinaryOperator>(loop->getInit()); op && op->isAssignmentOp())
      from = op->getRHS();
    Expr::EvalResult value;
    if (!from || from->isValueDependent() || !from->getType()->isIntegralOrEnumerationType() ||
        !from->EvaluateAsInt(value, names_.context()))
      return 0;
    return value.Val.getInt().getExtValue();
  }

  const Locals& locals_;
  Names& names_;
};

} // namespace

std::uint32_t roundsOf(const Stmt* stmt, const Locals& locals, Names& names) {
  const Rounds rounds(locals, names);
  std::uint64_t all = 1;
  bool known = false;
  for (const Stmt* loop = locals.enclosingLoop(stmt); loop; loop = locals.enclosingLoop(loop)) {
    const std::uint32_t one = rounds.of(loop);
    if (one == kRoundsPerItem) return kRoundsPerItem;
    if (one == kUnknown) continue;
    known = true;
    all = std::min<std::uint64_t>(all * one, 1u << 20);
  }
  return known ? static_cast<std::uint32_t>(all) : kUnknown;
}

} // namespace racecourse::frontend
