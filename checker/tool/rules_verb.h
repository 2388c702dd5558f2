// `racecourse rules`: the rules there are, for people and for programs.
#pragma once

#include "checker/tool/options.h"

#include <string>

namespace racecourse::tool {

struct RulesOptions {
  std::string format = "text"; ///< or "json", "markdown"
};

FinishVerb declareRules(CLI::App& app, RulesOptions& options);

/// Prints to standard output. How to end, with nothing to say when all went well.
Refusal listRules(const RulesOptions& options);

} // namespace racecourse::tool
