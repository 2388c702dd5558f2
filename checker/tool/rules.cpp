#include "checker/tool/rules.h"

#include <algorithm>
#include <vector>

namespace racecourse::tool {

std::span<const Rule> rules() {
  static const std::vector<Rule> kRules = [] {
    std::vector<Rule> all;
    for (const EmbeddedPage& embedded : embeddedPages())
      all.push_back({embedded.id, "", parsePage(embedded.text)});
    // Only now: views into strings that move no more.
    for (Rule& rule : all)
      rule.says = rule.page.sentence;
    return all;
  }();
  return kRules;
}

const Rule* findRule(std::string_view id) {
  const auto found = std::ranges::find(rules(), id, &Rule::id);
  return found == rules().end() ? nullptr : &*found;
}

} // namespace racecourse::tool
