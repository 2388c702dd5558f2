// A statement in SQL whose text is a constant, as accesses to tables: a question is an atomic load of the table, a change an
// atomic store, since the database does one statement at a time and nothing about two. What decides then finds its way by
// the same reads as for variables: through the result of a step, the columns of its row, and the variable an answer goes to.
//
// Which text a prepared statement has is looked up in the same function: the last preparation of that variable before it.
#include "checker/frontend/sql.h"
#include "checker/frontend/translate.h"
#include "checker/model/labels.h"

#include "clang/AST/RecursiveASTVisitor.h"

namespace racecourse::frontend {

using namespace clang;
using model::AccessKind;
using model::AtomicOp;
using model::Event;
using model::EventId;
using model::EventKind;

namespace {

/// A call of the function's body that has to do with SQL.
struct SqlCall {
  const CallExpr* call;
  const FunctionModel* model;
  const Expr* argument(std::int8_t index) const {
    return index >= 0 && unsigned(index) < call->getNumArgs() ? call->getArg(unsigned(index)) : nullptr;
  }
};

class SqlCalls : public RecursiveASTVisitor<SqlCalls> {
public:
  explicit SqlCalls(Names& names) : names_(names) {}
  bool VisitCallExpr(CallExpr* call) {
    if (const FunctionDecl* callee = call->getDirectCallee())
      if (const FunctionModel* m = names_.functionModel(callee, call->getNumArgs()); m && m->sql != Sql::None)
        found.push_back({call, m});
    return true;
  }
  bool TraverseLambdaExpr(LambdaExpr*) { return true; } // a function of its own
  std::vector<SqlCall> found;                           ///< in the order of the text

private:
  Names& names_;
};

/// The variable or member that an argument names, by itself or by its address.
const ValueDecl* named(const Expr* expr) {
  if (!expr) return nullptr;
  expr = strip(expr);
  if (const auto* address = dyn_cast<UnaryOperator>(expr); address && address->getOpcode() == UO_AddrOf)
    expr = strip(address->getSubExpr());
  if (const auto* ref = dyn_cast<DeclRefExpr>(expr)) return dyn_cast<VarDecl>(ref->getDecl());
  if (const auto* member = dyn_cast<MemberExpr>(expr)) return member->getMemberDecl();
  return nullptr;
}

std::optional<std::string> constantText(const Expr* expr, Locals& locals) {
  if (!expr) return std::nullopt;
  expr = strip(expr);
  if (const auto* literal = dyn_cast<StringLiteral>(expr))
    return literal->getCharByteWidth() == 1 ? std::optional(literal->getString().str()) : std::nullopt;
  const auto* ref = dyn_cast<DeclRefExpr>(expr);
  const auto* variable = ref ? dyn_cast<VarDecl>(ref->getDecl()) : nullptr;
  if (!variable || !variable->getInit()) return std::nullopt;
  const bool array = variable->getType()->isArrayType();
  const QualType element =
      array ? variable->getType()->getAsArrayTypeUnsafe()->getElementType() : variable->getType();
  const bool stays =
      element.isConstQualified() || (variable->isLocalVarDecl() && !variable->isStaticLocal() &&
                                     locals.of(variable).assignments == 0 && !array);
  return stays ? constantText(variable->getInit(), locals) : std::nullopt;
}

/// Its own database, which no other connection can reach.
bool isPrivate(llvm::StringRef name) {
  return name.empty() || (name.contains(":memory:") && !name.contains("cache=shared"));
}

} // namespace

void Translator::query(const CallExpr* call, const FunctionModel& m) {
  if (!function_ || !function_->getBody() || m.sql == Sql::Open || m.sql == Sql::Prepare) return;
  SqlCalls calls(names_);
  calls.TraverseStmt(function_->getBody());
  const SqlCall self{call, &m};
  const ValueDecl* statement = named(self.argument(m.sql_statement));

  // What came before it, of the same statement: the preparation, and the last step.
  const SqlCall* prepared = m.sql == Sql::Run ? &self : nullptr;
  const SqlCall* stepped = nullptr;
  for (const SqlCall& other : calls.found) {
    if (other.call == call) break;
    if (!statement || named(other.argument(other.model->sql_statement)) != statement) continue;
    if (other.model->sql == Sql::Prepare) prepared = &other;
    if (other.model->sql == Sql::Step) stepped = &other;
  }
  if (m.sql == Sql::Column) {
    if (auto asked = stepped ? event_of_.find(stepped->call) : event_of_.end(); asked != event_of_.end())
      event_of_[call] = EventId(asked->second);
    return;
  }

  auto mark = [&](std::string_view label) {
    Event event = make(EventKind::Call, call->getExprLoc());
    event.flags = model::kCallKnown;
    event.label = unit_.intern(label);
    emit(std::move(event));
  };
  const std::optional<std::string> text =
      prepared ? constantText(prepared->argument(prepared->model->sql_text), locals_) : std::nullopt;
  if (!text) return mark(model::kSqlUnknown);
  for (const SqlCall& open : calls.found) {
    if (open.model->sql != Sql::Open) continue;
    const ValueDecl* database = named(open.argument(open.model->sql_statement));
    const std::optional<std::string> name = constantText(open.argument(open.model->sql_text), locals_);
    if (database && name && isPrivate(*name) && named(prepared->argument(0)) == database) return;
  }

  std::vector<SqlStatement> asked; // anywhere in the function
  for (const SqlCall& other : calls.found)
    if (other.model->sql_text >= 0 && other.model->sql != Sql::Open)
      if (const std::optional<std::string> before =
              constantText(other.argument(other.model->sql_text), locals_))
        for (SqlStatement& one : readSql(*before))
          if (one.kind == SqlStatement::Kind::Ask) asked.push_back(std::move(one));

  for (const SqlStatement& one : readSql(*text)) {
    if (one.kind == SqlStatement::Kind::Begin) mark(model::kSqlBegin);
    if (one.kind == SqlStatement::Kind::End) mark(model::kSqlEnd);
    for (const std::string& table : one.tables) {
      model::Entity entity;
      entity.kind = model::EntityKind::Global;
      entity.type_class = model::TypeClass::Atomic;
      entity.usr = unit_.intern(std::string(model::kSqlTable) + table);
      entity.name = unit_.intern(table);
      entity.place = names_.place(call->getExprLoc());
      model::Path path;
      path.root = model::RootKind::Global;
      path.entity = unit_.intern(entity);
      Event event = make(EventKind::Access, call->getExprLoc());
      event.path = intern(path);
      event.type_class = model::TypeClass::Atomic;
      event.by_library = true;
      if (one.kind == SqlStatement::Kind::Ask) {
        event.atomic = AtomicOp::Load;
        const EventId id = emit(std::move(event), call);
        if (const auto* answer = dyn_cast_or_null<VarDecl>(named(self.argument(m.sql_answer))))
          flows_into_[answer->getCanonicalDecl()].push_back(id);
        continue;
      }
      // One that no question here is about is a change of its own: it disturbs others and relies on nothing.
      const bool relies =
          one.kind == SqlStatement::Kind::Change &&
          (one.words.empty() || asked.empty() ||
           std::ranges::any_of(asked, [&](const SqlStatement& ask) { return decides(ask, one); }));
      event.access = relies ? AccessKind::Write : AccessKind::ReadWrite;
      event.atomic = relies ? AtomicOp::Store : AtomicOp::Update;
      emit(std::move(event), call);
    }
  }
}

} // namespace racecourse::frontend
