// A list of globs over rule ids, as clang-tidy users write them: "racecourse-*,-racecourse-lock-leak". Items
// are separated by commas, `*` stands for any text, a leading `-` takes away, and the last item that matches
// decides. Used by --rules and by the parentheses of NOLINT, so that both mean the same. A value; matching is
// linear in its items.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace racecourse::report {

/// What is reported when nobody asks for anything else: all defects. Practice is for those who ask for it; only what is wrong
/// with a suppression concerns the defects as well.
inline constexpr std::string_view kDefaultRules = "racecourse-*,racestyle-suppression-hygiene";

/// True if `text` matches `glob`, in which `*` stands for any text and everything else for itself.
bool matchesGlob(std::string_view glob, std::string_view text);

class RuleGlobs {
public:
  /// Contains nothing.
  RuleGlobs() = default;
  explicit RuleGlobs(std::string_view list);

  bool contains(std::string_view rule) const;
  bool empty() const { return items_.empty(); }
  /// The globs without their signs, in the order written: for telling the user which of them fits no rule.
  std::vector<std::string> globs() const;

private:
  struct Item {
    std::string glob;
    bool adds = true;
  };
  std::vector<Item> items_;
};

} // namespace racecourse::report
