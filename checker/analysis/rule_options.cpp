#include "checker/analysis/rule_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace racecourse::analysis {

namespace {

struct Row {
  OptionInfo info;
  unsigned RuleOptions::* number;
  unsigned least, most;
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

} // namespace racecourse::analysis
