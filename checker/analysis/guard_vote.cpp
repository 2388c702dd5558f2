// The idea is Engler's "bugs as deviant behaviour": what most of the code does is the rule, the rest are the
// suspects. The two-ballot minimum keeps a single locked access, which may be locked for another variable's sake,
// from turning every other access into a suspect.
#include "checker/analysis/guard_vote.h"

#include <algorithm>
#include <map>

namespace racecourse::analysis {

std::optional<GuardVote> voteForGuard(std::span<const Ballot> ballots, double majority) {
  std::map<std::uint32_t, std::size_t> count;
  std::size_t total = 0;
  std::vector<std::uint32_t> held;
  for (const Ballot& ballot : ballots) {
    if (!ballot.counts) {
      continue;
    }
    ++total;
    held = ballot.held;
    std::sort(held.begin(), held.end());
    held.erase(std::unique(held.begin(), held.end()), held.end());
    for (std::uint32_t lock : held) {
      ++count[lock];
    }
  }
  std::optional<GuardVote> best;
  for (const auto& [lock, votes] : count) {
    if (!best || votes > best->held) {
      best = GuardVote{.lock = lock, .held = votes, .total = total};
    }
  }
  if (best) {
    // One odd access out against several is a suspect, however few they are.
    const bool all_but_one = best->held + 1 >= total;
    best->clear = best->held >= 2 && static_cast<double>(best->held) >= majority * static_cast<double>(total);
    best->wins = best->clear || (best->held >= 2 && all_but_one);
  }
  return best;
}

} // namespace racecourse::analysis
