#include "checker/tool/rules.h"

namespace racecourse::tool {

std::span<const Rule> rules() {
  static constexpr Rule kRules[] = {
      {"racecourse-check-then-act", "the condition and the action it guards are not in one critical section"},
      {"racecourse-double-lock", "a non-recursive lock is taken again by its holder"},
      {"racecourse-lock-leak", "a path leaves a lock held, or releases one that is not held"},
      {"racecourse-lock-order-inversion", "locks are taken in a cyclic order by threads that can overlap"},
      {"racecourse-unguarded-shared-data",
       "two threads reach data, one of them writing, without a common lock"},
  };
  return kRules;
}

} // namespace racecourse::tool
