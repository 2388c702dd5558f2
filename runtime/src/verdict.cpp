// The idea: choose one witness a step so that no pair breaks a rule; then the cycle is possible. When there is no
// such choice, find the smallest set of rules that, ignored, leaves one: these rules are the reason, and nothing else
// is claimed. Sets are tried by size, so the reason is never longer than it must be.
#include "runtime/src/verdict.h"

#include <algorithm>
#include <bit>

namespace racecourse::detail {

namespace {

constexpr unsigned max_steps = 50000; // pairs compared per cycle, over all sets of rules

bool shareGate(const Witness& a, const Witness& b) {
  for (std::uint32_t i = 0; i < a.all->count; ++i)
    for (std::uint32_t j = 0; j < b.all->count; ++j)
      if (a.all->held[i].lock == b.all->held[j].lock &&
          (a.all->held[i].mode == Mode::Exclusive || b.all->held[j].mode == Mode::Exclusive))
        return true;
  return false;
}

struct Search {
  std::span<const Witness* const> steps;
  OrderedBefore orderedBefore;
  RuleSet ignored = 0;
  unsigned compared = 0;
  const Witness* chosen[max_cycle_length] = {};

  /// The request of `a` is for the lock `b` holds.
  bool readersMeet(const Witness& a, const Witness& b) const {
    return a.want_mode == Mode::Shared && b.hold_mode == Mode::Shared && a.readers_share;
  }

  bool compatible(std::size_t i, std::size_t j) {
    ++compared;
    const Witness &a = *chosen[i], &b = *chosen[j];
    if (!(ignored & RuleOneThread) && a.thread == b.thread) return false;
    if (!(ignored & RuleGate) && a.thread != b.thread && shareGate(a, b)) return false;
    return (ignored & RuleOrdered) || a.thread == b.thread || (!orderedBefore(a, b) && !orderedBefore(b, a));
  }

  bool choose(std::size_t step) {
    if (step == steps.size()) {
      if (ignored & RuleReaders) return true;
      for (std::size_t i = 0; i < steps.size(); ++i)
        if (readersMeet(*chosen[i], *chosen[(i + 1) % steps.size()])) return false;
      return true;
    }
    for (const Witness* witness = steps[step]; witness; witness = witness->next) {
      if (compared > max_steps) return false;
      if (!(ignored & RuleTimed) && witness->patience != Patience::Blocking) continue;
      chosen[step] = witness;
      bool fits = true;
      for (std::size_t i = 0; fits && i < step; ++i)
        fits = compatible(i, step);
      if (fits && choose(step + 1)) return true;
    }
    return false;
  }
};

} // namespace

Verdict judge(std::span<const Witness* const> steps, OrderedBefore orderedBefore) noexcept {
  Search search{steps, orderedBefore};
  Verdict verdict;
  auto accept = [&](Level level, RuleSet rules) {
    verdict.level = level;
    verdict.rules = rules;
    std::copy(search.chosen, search.chosen + steps.size(), verdict.chosen);
    return verdict;
  };
  for (unsigned size = 0; size <= rule_count; ++size)
    for (unsigned set = 0; set < (1u << rule_count); ++set) {
      if (static_cast<unsigned>(std::popcount(set)) != size) continue;
      search.ignored = static_cast<RuleSet>(set);
      if (search.choose(0)) return accept(set == 0 ? Level::Possible : Level::Order, search.ignored);
      if (search.compared > max_steps) {
        // Not refuted within the limit, so it is told; the combination shown is the first of each step.
        for (std::size_t i = 0; i < steps.size(); ++i)
          search.chosen[i] = steps[i];
        return accept(Level::Possible, 0);
      }
    }
  return verdict;
}

} // namespace racecourse::detail
