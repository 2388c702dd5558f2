#include "checker/analysis/rule_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace racecourse::analysis {

namespace {

struct Row {
  OptionInfo info;
  unsigned RuleOptions::* number = nullptr;
  unsigned least = 0, most = 0;
  std::string RuleOptions::* text = nullptr; ///< instead of a number
};

constexpr unsigned kAny = std::numeric_limits<unsigned>::max();

// Sorted by name.
constexpr Row kRows[] = {
    {{"racecourse-unguarded-shared-data.GuardMajority",
      "percentage of the accesses of a variable that must hold a lock for it to count as the guard (1 to "
      "100; 75)"},
     &RuleOptions::guard_majority_percent,
     1,
     100},
    {{"racestyle-blocking-under-lock.Functions",
      "names of functions that wait, besides those the models know, separated by commas, with * for any text "
      "(none)"},
     nullptr,
     0,
     0,
     &RuleOptions::blocking_functions},
    {{"racestyle-blocking-under-lock.Ignore",
      "names of functions that do not count as waiting, separated by commas, with * for any text (none)"},
     nullptr,
     0,
     0,
     &RuleOptions::not_blocking_functions},
    {{"racestyle-blocking-under-lock.Io",
      "1: files, sockets and databases count; 0: only sleeping and waiting do (1)"},
     &RuleOptions::io_blocks,
     0,
     1},
    {{"racestyle-thread-per-item.MaxPools", "pools of threads that one loop may make (8)"},
     &RuleOptions::pools_per_loop,
     0,
     kAny},
    {{"racestyle-thread-per-item.MaxThreads", "threads that one loop may start (64)"},
     &RuleOptions::threads_per_loop,
     0,
     kAny},
    {{"racestyle-unbounded-queue.OwnQueues",
      "1: also a container with a condition variable counts as a queue; 0: only queues of libraries do (1)"},
     &RuleOptions::own_queues,
     0,
     1},
};

static_assert(std::ranges::is_sorted(kRows, {}, [](const Row& row) { return row.info.name; }));
static_assert(std::ranges::all_of(kRows,
                                  [](const Row& row) { return row.least <= row.most && row.most <= kAny; }));

} // namespace

std::span<const OptionInfo> ruleOptions() {
  static constexpr auto kInfos = [] {
    std::array<OptionInfo, std::size(kRows)> infos{};
    std::ranges::transform(kRows, infos.begin(), &Row::info);
    return infos;
  }();
  return kInfos;
}

std::string setOption(RuleOptions& options, std::string_view name, std::string_view value) {
  const auto row = std::ranges::find(kRows, name, [](const Row& each) { return each.info.name; });
  if (row == std::end(kRows)) return "there is no option '" + std::string(name) + "'";
  if (row->text) {
    options.*row->text = value;
    return "";
  }
  unsigned number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < row->least ||
      number > row->most) {
    return "'" + std::string(name) + "' takes a number from " + std::to_string(row->least) +
           (row->most == kAny ? "" : " to " + std::to_string(row->most)) + ", not '" + std::string(value) +
           "'";
  }
  options.*row->number = number;
  return "";
}

std::string optionText(const RuleOptions& options, std::string_view name) {
  const auto row = std::ranges::find(kRows, name, [](const Row& each) { return each.info.name; });
  if (row == std::end(kRows)) return "";
  return row->text ? options.*row->text : std::to_string(options.*row->number);
}

std::string allOptionsText(const RuleOptions& options) {
  std::string all;
  for (const OptionInfo& option : ruleOptions())
    all.append(option.name).append("=").append(optionText(options, option.name)).append("\n");
  return all;
}

} // namespace racecourse::analysis
