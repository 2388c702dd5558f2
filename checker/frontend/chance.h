// chance: whether a join stands on one of two ways that have nothing to do with the thread: `if (rand()) pthread_join(t, 0)`.
// Most joins behind a test are no such thing: the test asks whether there is a thread at all.
//
// Looks at the text of one body only. Says yes only when the thread was started in the same body, on every way, and the test
// is made of parameters, locals and calls that nothing else in the body depends on. Stateless; linear in the body.
#pragma once

#include "checker/frontend/names.h"

namespace racecourse::frontend {

bool joinsByChance(const clang::Stmt* body, const clang::CallExpr* join, Names& names);

} // namespace racecourse::frontend
