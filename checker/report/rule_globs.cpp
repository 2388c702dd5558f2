#include "checker/report/rule_globs.h"

namespace racecourse::report {

// Greedy with one point to return to: after a mismatch, the last `*` swallows one character more. Enough for
// globs, since an earlier `*` never has to give anything back.
bool matchesGlob(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*')
    ++g;
  return g == glob.size();
}

RuleGlobs::RuleGlobs(std::string_view list) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t'))
      item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t'))
      item.remove_suffix(1);
    const bool adds = item.empty() || item.front() != '-';
    if (!adds) item.remove_prefix(1);
    if (!item.empty()) items_.push_back({std::string(item), adds});
  }
}

bool RuleGlobs::contains(std::string_view rule) const {
  for (auto item = items_.rbegin(); item != items_.rend(); ++item)
    if (matchesGlob(item->glob, rule)) return item->adds;
  return false;
}

std::vector<std::string> RuleGlobs::globs() const {
  std::vector<std::string> result;
  for (const Item& item : items_)
    result.push_back(item.glob);
  return result;
}

} // namespace racecourse::report
