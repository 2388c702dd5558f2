// translateUnit: what a parse left in, one unit out. For extract(), which parses itself, and for hosts that have parsed
// already (clang-tidy, clangd). Never parses, never prints. One AST belongs to one thread; what is returned borrows the
// AST. Cost: a few percent of the parse.
#pragma once

#include "checker/model/unit.h"

#include "llvm/ADT/ArrayRef.h"

#include <vector>

namespace clang {
class ASTContext;
class Decl;
} // namespace clang

namespace racecourse::frontend {

class Models;

/// The declarations a host looks at: all of the unit, or, in an editor with a preamble, those of the main file.
std::vector<clang::Decl*> topLevelOf(clang::ASTContext& context);

/// Fills `unit` (whose main_file is set by the caller) from an AST without errors.
void translateUnit(clang::ASTContext& context, llvm::ArrayRef<clang::Decl*> top_level, const Models& models,
                   model::Unit& unit);

} // namespace racecourse::frontend
