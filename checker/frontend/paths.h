// Expressions → access paths and values. Looks through casts, smart pointers, iterators, std::ref and through locals
// that are set once. Pure look-ups over the AST and the prepass; the call and allocation sites it may name are given
// by the translator. Used by one thread.
#pragma once

#include "checker/frontend/locals.h"

#include <functional>
#include <map>
#include <optional>

namespace racecourse::frontend {

/// What an expression of pointer, reference-like or callable type denotes.
struct Value {
  model::ValueKind kind = model::ValueKind::None;
  model::Path path;
  const clang::FunctionDecl* callable = nullptr;
};

class Paths {
public:
  /// Where an object was allocated: a lambda names what its enclosing function made.
  struct Site {
    model::EntityId owner;
    model::EventId event;
  };

  Paths(Names& names, Locals& locals) : names_(names), locals_(locals) {}

  /// The function whose body is being translated; sites are asked of `site`, none when the expression has no event.
  void enter(const clang::FunctionDecl* function, std::function<model::EventId(const clang::Expr*)> call_site,
             std::function<Site(const clang::Expr*)> allocation_site);

  /// The object that a glvalue (or class prvalue) denotes; none when nothing can be said, not even its class.
  std::optional<model::Path> object(const clang::Expr* expr);
  /// What a pointer, smart pointer, iterator, function or reference wrapper points to.
  Value value(const clang::Expr* expr);
  /// The argument binding for a parameter of type `parameter`.
  Value argument(const clang::Expr* arg, clang::QualType parameter);
  static model::Path dereference(const Value& value, clang::QualType pointee, Names& names);
  /// `expr` as a lock: pointers are followed, classes that are nothing but a lock stand for their lock.
  std::optional<model::Path> lock(const clang::Expr* expr);
  model::Path collapseLock(model::Path path);

  model::Path ofVariable(const clang::VarDecl* decl);
  model::Path thisObject() const;
  /// The callable (function, lambda, functor's call operator) an expression denotes; null when unknown.
  const clang::FunctionDecl* callable(const clang::Expr* expr);
  const clang::FunctionDecl* function() const { return function_; }
  /// A guard made for exactly one lock: what its mutex() and release() point to.
  void guardHolds(const model::Path& guard, const model::Path& lock) { guarded_[guard] = lock; }
  /// The entity that owns sites when there is no declared function (initialisers of static objects).
  void ownSites(model::EntityId entity) { owner_ = entity; }
  /// The declaration behind a Local or Parameter entity that was named through this object; null for synthetic ones.
  const clang::VarDecl* declarationOf(model::EntityId entity) const {
    auto it = declarations_.find(entity.value);
    return it == declarations_.end() ? nullptr : it->second;
  }
  /// A variable that only ever names what its initialiser names.
  const clang::Expr* aliasInit(const clang::VarDecl* decl);

private:
  model::Path unknown(clang::QualType type);
  std::optional<model::Path> capturedOrLocal(const clang::DeclRefExpr* ref, const clang::VarDecl* decl);
  std::int64_t indexOf(const clang::Expr* index);
  std::optional<model::Path> ofCall(const clang::CallExpr* call);
  std::optional<Value> valueOfCall(const clang::CallExpr* call);
  model::Path resultOf(const clang::Expr* call, clang::QualType type);

  Names& names_;
  Locals& locals_;
  const clang::FunctionDecl* function_ = nullptr;
  std::function<model::EventId(const clang::Expr*)> call_site_;
  std::function<Site(const clang::Expr*)> allocation_site_;
  llvm::DenseMap<std::uint32_t, const clang::VarDecl*> declarations_;
  model::EntityId owner_;
  std::map<model::Path, model::Path> guarded_;
  unsigned depth_ = 0;
};

/// The method a `this` in `function` refers to: itself, or the one around a lambda.
const clang::FunctionDecl* thisOwner(const clang::FunctionDecl* function);

} // namespace racecourse::frontend
