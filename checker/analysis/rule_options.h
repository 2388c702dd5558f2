// What a team may set per rule: values with their names as they stand under CheckOptions in `.clang-tidy`
// ("racecourse-unguarded-shared-data.GuardMajority"). One table serves every door: the command line, the plugin and
// the pages of the rules list the same options. Reads no file and prints nothing. Plain value; setting is O(options).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace racecourse::analysis {

/// Members are grouped by rule; the comment gives the unit. A new one gets a row in rule_options.cpp.
struct RuleOptions {
  unsigned guard_majority_percent = 75; ///< share of accesses under a lock that makes it the guard, 1 … 100
};

struct OptionInfo {
  std::string_view name; ///< "<rule>.<Option>"
  std::string_view says; ///< one sentence with the unit and the default
};

/// Sorted by name.
std::span<const OptionInfo> ruleOptions();

/// Sets one option from its text. Empty, or a sentence: no such option, or not a value it takes.
std::string setOption(RuleOptions& options, std::string_view name, std::string_view value);

} // namespace racecourse::analysis
