// The rules there are, by id: for --rules, and for whoever lists them. Nothing is written down here: a rule is there when
// its page docs/rules/<id>.md is, and the page says everything about it. Constant; any thread may read.
#pragma once

#include "checker/tool/rule_page.h"

#include <span>
#include <string_view>

namespace racecourse::tool {

struct Rule {
  std::string_view id;
  std::string_view says; ///< the page's sentence
  RulePage page;
};

/// Sorted by id.
std::span<const Rule> rules();

/// The rule of that id; null when there is none.
const Rule* findRule(std::string_view id);

} // namespace racecourse::tool
