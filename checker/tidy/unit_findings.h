// What the engine says of one translation unit, for checks that share one AST: the first check that asks pays for the
// whole run, the others read. The findings are those that `racecourse check` gives for this unit alone, but for
// suppressions, which the host of the checks handles itself. Where `racecourse check` has left its store in a folder above
// the file (checker/store), the program's other units are looked at too, as far as their files are as they were then; of
// what is found the part is kept that has to do with this unit's files.
//
// Lives as long as somebody holds it; then the next unit starts afresh. One AST belongs to one thread; several threads
// may each have their own. Cost: a few percent of the parse, plus the solving.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/analysis/rule_options.h"
#include "checker/frontend/fixes.h"

#include <memory>
#include <vector>

namespace clang {
class ASTContext;
} // namespace clang

namespace racecourse::tidy {

struct UnitFindings {
  model::Unit program; ///< the findings' places refer to its file table
  std::vector<analysis::Finding> findings;
  std::vector<frontend::Fix> fixes; ///< at most one per finding: `request` is its index; sorted by it

  std::string problem; ///< a sentence when nothing could be looked at, through no fault of the code

  /// Null when there is none.
  const frontend::Fix* fixOf(std::size_t finding) const;
};

/// Never null; empty for a unit with errors. The options are those of the first caller for this AST. Without
/// `use_store`, and when $RACECOURSE_STORE is "off", the unit alone is looked at.
std::shared_ptr<const UnitFindings> findingsOf(clang::ASTContext& context,
                                               const analysis::RuleOptions& options, bool use_store);

} // namespace racecourse::tidy
