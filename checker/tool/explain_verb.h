// `racecourse explain RULE`: the rule's page, for a terminal. And what every verb that takes a rule's name needs: which
// rule is meant.
#pragma once

#include "checker/tool/exit_code.h"
#include "checker/tool/options.h"
#include "checker/tool/rules.h"

#include <string>

namespace racecourse::tool {

struct ExplainOptions {
  std::string rule; ///< as written: an id or a part of one
};

FinishVerb declareExplain(CLI::App& app, ExplainOptions& options);

/// Prints to standard output. How to end, with nothing to say when all went well.
Refusal explain(const ExplainOptions& options);

/// The rule of that id, or the only one whose id contains `name`. Refused with what was probably meant.
OrRefusal<const Rule*> ruleMeant(const std::string& name);

/// The page as text: paragraphs wrapped at `width_columns`, programs left as they are.
std::string renderRule(const Rule& rule, unsigned width_columns, bool colour);

} // namespace racecourse::tool
