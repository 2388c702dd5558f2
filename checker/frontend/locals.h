// The prepass over one outermost function body, its lambdas included: what happens to each local variable, which
// expressions stand in loops and try blocks, where a constructed object goes, and the numbering of lambdas.
// Facts are syntactic and flow-insensitive. Used by one thread; borrows the AST.
#pragma once

#include "checker/frontend/names.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace racecourse::frontend {

struct LocalFacts {
  unsigned assignments = 0;   ///< besides the initialiser
  unsigned steps = 0;         ///< ++, --, += on pointers and iterators
  bool address_taken = false; ///< & or bound to a reference: other code may know it
  bool captured_by_reference = false;
  bool captured_by_copy = false;
  bool tested = false;                            ///< stands alone as (part of) a condition
  unsigned mentions = 0;                          ///< times it is named at all
  unsigned idle_mentions = 0;                     ///< of these, with nothing learned from it: f.valid(), v.push_back(…)
  unsigned constants = 0;                         ///< times it is set to a constant, the initialiser included
  unsigned counted = 0;                           ///< of the assignments, those that step by a constant
  const clang::Expr* single_assignment = nullptr; ///< the value, when declared without one and assigned once
};

/// Where an object that an expression makes (or a call returns) ends up.
struct Destination {
  enum class Kind : std::uint8_t {
    Variable,
    Assigned,
    Element,
    Member,
    Returned,
    Heap
  } kind = Kind::Variable;
  const clang::VarDecl* variable = nullptr; ///< Variable
  const clang::Expr* target =
      nullptr; ///< Assigned: the left side; Element: the container; Heap: the new-expression
  const clang::FieldDecl* member = nullptr; ///< Member: initialised in a constructor
  std::optional<std::int64_t> element{};    ///< Variable: an array or aggregate in braces, which one of it
};

class Locals {
public:
  Locals(Names& names) : names_(names) {}

  /// Looks at `body` once; further calls for the same body do nothing. `owner` numbers the lambdas.
  void scan(const clang::Stmt* body, const clang::Decl* owner);

  const LocalFacts& of(const clang::VarDecl* decl) const;
  bool inLoop(const clang::Stmt* stmt) const { return in_loop_.contains(stmt); }
  bool inTry(const clang::Stmt* stmt) const { return in_try_.contains(stmt); }
  /// The future that `expr` makes is thrown away, or goes into a local variable (or container) that is never read.
  bool dropsFuture(const clang::Expr* expr) const;
  const Destination* destination(const clang::Expr* expr) const;
  /// Loops whose body (lexically) holds `stmt`, innermost first; used to place joins of whole containers.
  const clang::Stmt* enclosingLoop(const clang::Stmt* stmt) const;

  /// Found by scans since the last take: call operators of lambdas, classes declared inside functions, and functions
  /// named other than to call them.
  std::vector<const clang::FunctionDecl*> lambdas;
  std::vector<const clang::CXXRecordDecl*> records;
  std::vector<const clang::FunctionDecl*> address_taken;

private:
  friend class LocalsVisitor;
  Names& names_;
  llvm::DenseMap<const clang::VarDecl*, LocalFacts> locals_;
  llvm::DenseMap<const clang::Expr*, Destination> destinations_;
  llvm::DenseMap<const clang::Stmt*, const clang::Stmt*> loops_;
  llvm::DenseSet<const clang::Stmt*> in_loop_, in_try_, scanned_;
  llvm::DenseSet<const clang::Expr*> thrown_away_; ///< calls whose value nobody takes
};

/// Parentheses, implicit casts, temporaries and cleanups taken off: what the user wrote.
const clang::Expr* strip(const clang::Expr* expr);

} // namespace racecourse::frontend
