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

  // racestyle-blocking-under-lock. Lists are separated by commas; `*` stands for any text.
  std::string blocking_functions;     ///< names that wait besides those the models know
  std::string not_blocking_functions; ///< names that do not count
  unsigned io_blocks = 1;             ///< 0 or 1: files, sockets and databases count, not only sleeping and waiting

  // racestyle-thread-per-item
  unsigned threads_per_loop = 64; ///< threads that one loop may start
  unsigned pools_per_loop = 8;    ///< pools that one loop may make

  // racestyle-unbounded-queue
  unsigned own_queues = 1; ///< 0 or 1: also containers with a condition variable, not only queues of libraries
};

struct OptionInfo {
  std::string_view name; ///< "<rule>.<Option>"
  std::string_view says; ///< one sentence with the unit and the default
};

/// Sorted by name.
std::span<const OptionInfo> ruleOptions();

/// Sets one option from its text. Empty, or a sentence: no such option, or not a value it takes.
std::string setOption(RuleOptions& options, std::string_view name, std::string_view value);

/// The option's value as text that setOption takes. Precondition: there is such an option.
std::string optionText(const RuleOptions& options, std::string_view name);

/// Every option with its value: equal texts, equal options.
std::string allOptionsText(const RuleOptions& options);

} // namespace racecourse::analysis
