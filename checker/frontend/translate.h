// One function body → one model::Function: Clang's CFG walked block by block, every element turned into events.
// One Translator per function; used by one thread; borrows everything.
#pragma once

#include "checker/frontend/lock_indices.h"
#include "checker/frontend/paths.h"
#include "checker/frontend/roles.h"

#include "clang/Analysis/CFG.h"

namespace racecourse::frontend {

/// What one unit's translation shares.
struct UnitState {
  Names& names;
  Locals& locals;
  Roles& roles;
  model::Unit& unit;
  llvm::DenseSet<const clang::FunctionDecl*> address_taken; ///< canonical declarations
  bool has_fence = false; ///< somewhere in the unit: then relaxed atomics may hand something over after all
  llvm::DenseMap<const clang::Expr*, Paths::Site>
      allocations{};                        ///< seen so far: a lambda's captures may point there
  llvm::DenseSet<std::uint32_t> counting{}; ///< semaphores that somewhere start with another count than one
};

class Translator {
public:
  Translator(UnitState& state, const clang::FunctionDecl* function);

  /// The function with its events and blocks; `body` is the definition's.
  model::Function translate(const clang::Stmt* body);
  /// The initialiser of a static object, as a function that runs before main.
  model::Function translateInitialiser(const clang::VarDecl* variable);
  /// A declaration that carries contracts (or whose address is taken) but has no body here.
  model::Function declare();

private:
  // translate.cpp: the walk
  void walk(const clang::CFG& cfg);
  void element(const clang::CFGElement& element);
  void statement(const clang::Stmt* stmt);
  void declaration(const clang::DeclStmt* stmt);
  void initialiser(const clang::CXXCtorInitializer* init);
  /// Pointers and functions that an initialiser puts into a variable or the members of an aggregate.
  void initialPointers(const clang::Expr* init, const model::Path& target, clang::QualType type,
                       unsigned& budget);
  void initialPointers(const clang::Expr* init, const model::Path& target, clang::QualType type);
  /// What a write stores, when it stores a pointer or a function.
  void storedValue(model::EventId write, const Value& value);
  void assignment(const clang::BinaryOperator* op);
  void returned(const clang::ReturnStmt* stmt);
  void destroyed(const clang::VarDecl* variable, const clang::Stmt* trigger);
  void destroyTemporary(const clang::CXXBindTemporaryExpr* temporary);
  model::Condition condition(const clang::CFGBlock& block);
  void joinsAfterLoops(const clang::CFG& cfg,
                       const llvm::DenseMap<const clang::CFGBlock*, unsigned>& numbers);
  void contracts();
  /// Local variables that remember a decision: `held = true; … if (held)`.
  bool isFlag(const clang::VarDecl* variable);
  void setFlag(const clang::VarDecl* variable, const clang::Expr* value, clang::SourceLocation where);

  // translate_calls.cpp: calls and constructions
  void call(const clang::CallExpr* call);
  void modelled(const clang::CallExpr* call, const FunctionModel& m, const clang::FunctionDecl* callee,
                const clang::Expr* receiver);
  void libraryCall(const clang::CallExpr* call, const clang::FunctionDecl* callee,
                   const clang::Expr* receiver);
  void userCall(const clang::CallExpr* call, const clang::FunctionDecl* callee, const clang::Expr* receiver);
  void indirectCall(const clang::CallExpr* call);
  void construct(const clang::CXXConstructExpr* construct);
  void constructGuard(const clang::CXXConstructExpr* construct, const model::Path& guard);
  void spawn(const clang::Expr* at, const clang::Expr* entry, llvm::ArrayRef<const clang::Expr*> bound,
             std::optional<model::Path> handle, std::uint16_t flags, const std::string& api);
  void destructorCall(const clang::CXXRecordDecl* record, const model::Path& object,
                      clang::SourceLocation where);
  void callCallables(llvm::ArrayRef<const clang::Expr*> arguments, std::uint16_t flags,
                     const clang::Expr* at);
  void escapeCaptures(const clang::Expr* callable, clang::SourceLocation where);
  void escapeValue(const clang::Expr* value, model::EscapeHow how, clang::SourceLocation where);
  model::Path destinationOf(const clang::Expr* made, const char* what);
  std::vector<model::Argument> bindArguments(llvm::ArrayRef<const clang::Expr*> arguments,
                                             const clang::FunctionDecl* callee);
  /// An initialiser that tells what kind of lock it makes.
  void lockInit(const FunctionModel& m, llvm::ArrayRef<const clang::Expr*> arguments,
                const std::optional<model::Path>& lock);
  bool handleOfElement(const clang::Expr* receiver);
  // translate_lifetimes.cpp: handles that move, connections, and what ends
  std::uint16_t handleFlags(const TypeModel* handle) const;
  void moveHandle(const clang::Expr* from, std::optional<model::Path> to, clang::SourceLocation where);
  void copyHandle(const clang::Expr* from, const std::optional<model::Path>& to = std::nullopt);
  void handleArguments(const clang::CallExpr* call, const clang::FunctionDecl* callee,
                       const clang::Expr* receiver);
  void connections(const clang::CallExpr* call, const clang::FunctionDecl* callee, const FunctionModel* m);
  // translate_sql.cpp: what a call asks a database, and changes in it
  void query(const clang::CallExpr* call, const FunctionModel& m);
  void mayThrow(const clang::CallExpr* call, const clang::FunctionDecl* callee, const FunctionModel& m);
  void joinPool(const model::Path& pool, clang::SourceLocation where);
  std::vector<clang::CFGElement> inOrderOfEnding(const clang::CFGBlock& block) const;
  void ends(const clang::VarDecl* variable, clang::SourceLocation where);
  void parametersEnd(std::vector<model::EventId>& events);
  bool isChild(const clang::Expr* tested, bool negated, model::Condition& result);

  // shared
  model::EventId emit(model::Event event, const clang::Stmt* source = nullptr);
  model::Event make(model::EventKind kind, clang::SourceLocation where);
  /// Emits an access unless nobody else could ever see the object.
  model::EventId access(const clang::Stmt* source, const std::optional<model::Path>& path,
                        clang::QualType type, model::AccessKind kind, clang::SourceLocation where,
                        bool by_library = false);
  bool visible(const model::Path& path) const;
  model::TypeClass finalClass(const model::Path& path, clang::QualType type);
  void reads(const clang::Stmt* expr, std::vector<model::EventId>& out);
  std::vector<model::EventId> readsOf(const clang::Stmt* expr);
  model::EventId allocation(const clang::Expr* expr);
  bool isAllocation(const clang::Expr* expr);
  model::PathId intern(const model::Path& path) { return unit_.intern(path); }
  model::Argument toArgument(const Value& value);
  void note(model::Note::Kind kind, clang::SourceLocation where, const std::string& text);

  UnitState& state_;
  Names& names_;
  Locals& locals_;
  Roles& roles_;
  model::Unit& unit_;
  Paths paths_;
  const clang::FunctionDecl* function_;
  model::Function out_;
  std::vector<model::EventId>* block_ = nullptr;
  llvm::DenseMap<const clang::Stmt*, model::EventId> event_of_; ///< reads, calls, acquisitions by expression
  llvm::DenseMap<const clang::Stmt*, Success> success_of_;      ///< Try and Timed acquisitions: how they tell
  llvm::DenseMap<const clang::VarDecl*, std::vector<model::EventId>> flows_into_; ///< locals: reads they hold
  llvm::DenseMap<const clang::Expr*, model::EventId> allocations_;
  llvm::DenseMap<const clang::VarDecl*, const clang::Expr*>
      set_here_; ///< locals: last value given in this block
  std::map<model::Path, std::vector<model::PathId>>
      unlockers_; ///< what mirrored guards give back, by the guard
  std::vector<std::pair<const clang::Stmt*, model::EventId>> loop_joins_;
  std::optional<LockIndices> lock_indices_;
  llvm::DenseSet<unsigned>
      ends_with_join_; ///< locals (entities) with a thread or task that their end waits for
  std::map<model::Path, std::vector<model::PathId>> pool_results_; ///< by pool: futures of what it runs
};

/// Pointers to data or functions in the type itself, its members or elements; strings do not count.
bool holdsPointers(clang::QualType type, unsigned depth = 0);
/// The class behind a pointer, or the type itself.
clang::QualType pointeeOrSelf(clang::QualType type);
/// Whether an atomic operation names memory orders and all of them are relaxed. Arguments of other types do not count,
/// unless `bare`: builtins take their orders as numbers.
bool isRelaxed(llvm::ArrayRef<const clang::Expr*> arguments, const clang::ASTContext& context,
               bool bare = false);
/// Whether the callee's declaration allows an exception out of it.
bool canThrow(const clang::FunctionDecl* callee);

} // namespace racecourse::frontend
