// Extracts many units, several at a time. The outcomes stand in the order of the commands whatever the number of
// threads, and a unit that fails, or that crashes the compiler, costs only itself.
#pragma once

#include "checker/frontend/extract.h"
#include "checker/tool/profile.h"

#include <string>
#include <vector>

namespace racecourse::tool {

class RunStore;

struct UnitOutcome {
  std::string file; ///< absolute
  frontend::Extraction extraction;
  Cost cost;
};

/// `thread_count` 0: one per core. `progress`: a line on standard error that counts up, for terminals. What `kept` knows is
/// not extracted again.
std::vector<UnitOutcome> extractAll(const std::vector<frontend::CompileCommand>& commands,
                                    const frontend::Models& models, RunStore& kept, unsigned thread_count,
                                    bool progress);

} // namespace racecourse::tool
