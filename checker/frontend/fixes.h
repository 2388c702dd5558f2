// Repairs of findings, as edits of source text. The analysis knows no text; so the unit is looked at once more, here, on an
// AST that the caller has (clang-tidy) or that is parsed for it. A fix is proposed only where the whole shape is understood:
// what the finding says is then gone and everything else means what it meant. Never writes a file, never prints.
// One AST belongs to one thread; what is returned owns its text. Cost: one visit of the AST, or one parse.
#pragma once

#include "checker/frontend/extract.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clang {
class ASTContext;
} // namespace clang

namespace racecourse::frontend {

struct FixPlace {
  std::string file; ///< absolute
  unsigned line = 0, column = 0;
};

/// A finding, as far as its repair needs it.
struct FixRequest {
  std::string rule;
  std::vector<FixPlace> places; ///< the primary one first, then those of its traces
};

/// Replaces `length` bytes from `offset` on.
struct Edit {
  std::string file; ///< absolute
  unsigned offset = 0, length = 0;
  std::string text;
  auto operator<=>(const Edit&) const = default;
};

struct Fix {
  std::size_t request = 0; ///< index of what it repairs
  bool safe = false;       ///< may be applied without being read first
  std::string says;        ///< "lets a std::lock_guard hold mutex_"
  std::vector<Edit> edits; ///< by file and offset, not overlapping
};

/// Whether there is a repair for findings of this rule at all: whoever must parse for it asks first.
bool mayHaveFix(std::string_view rule);

/// At most one fix per request, in their order. Places outside of this unit are passed over.
std::vector<Fix> proposeFixes(clang::ASTContext& context, std::span<const FixRequest> requests);

/// The same after parsing. Code that does not compile has no fixes.
std::vector<Fix> proposeFixes(const CompileCommand& command, std::span<const FixRequest> requests);

} // namespace racecourse::frontend
