// How often the loops around a statement run it, as far as the text tells: for "a thread per item". A loop over a fixed array or
// up to a constant has a number; a loop over a container, over input or without an end has one round per item; a loop up
// to a number chosen at run time (workers wanted, cores found) has neither.
//
// Reads the AST and the prepass, changes nothing. O(nesting).
#pragma once

#include "checker/frontend/locals.h"

namespace racecourse::frontend {

/// The rounds of all loops around `stmt` together; model::kRoundsPerItem when one of them is per item; 0 outside loops
/// and when nothing is known.
std::uint32_t roundsOf(const clang::Stmt* stmt, const Locals& locals, Names& names);

} // namespace racecourse::frontend
