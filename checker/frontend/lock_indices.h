// lock_indices: the integers by which a function picks locks out of arrays, and the places where their order decides which
// lock comes first: `if (i < j)`, `lo = std::min(i, j)`, the odd philosopher who takes the other fork first.
//
// Looks at the text of one body only; says nothing about which locks are held. Borrows the AST. One pass over the body, and
// one more per copy between variables, up to four. Belongs to one thread.
#pragma once

#include "checker/frontend/names.h"

#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseSet.h"

namespace racecourse::frontend {

class LockIndices {
public:
  LockIndices(const clang::Stmt* body, Names& names);

  /// The condition puts two such integers in order, or tells apart one thread that takes the same locks the other way round.
  bool orders(const clang::Expr* condition) const;
  /// A call in the block picks the smaller or the greater of two such integers.
  bool picksIn(const clang::CFGBlock& block) const;

private:
  bool picks(const clang::Stmt* stmt) const;
  bool mentions(const clang::Stmt* stmt) const;

  llvm::DenseSet<const clang::VarDecl*> indices_;
  llvm::DenseSet<const clang::Stmt*> turned_; ///< conditions between the same locks in two orders
};

} // namespace racecourse::frontend
