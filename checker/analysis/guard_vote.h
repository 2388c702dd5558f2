// guard_vote: which lock guards a variable, judged by how the program uses it. Counting only: the caller says which
// locks were surely held at each access and what they are called; nothing here knows paths, threads or text.
//
// A pure function of its arguments; threads may call it freely. Cost: O(n log n) in the locks named on all ballots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace racecourse::analysis {

/// One place of the source that uses the variable. The same place seen in several contexts is one ballot: `held` is
/// then what every context agrees on, so that a helper called from everywhere does not outvote the rest.
struct Ballot {
  std::vector<std::uint32_t>
      held;           ///< locks surely held, as keys of the caller; order and duplicates do not matter
  bool counts = true; ///< false: initialisation, construction, before the first thread: no opinion
};

/// The winner of a vote.
struct GuardVote {
  std::uint32_t lock = 0;
  std::size_t held = 0;  ///< ballots that hold it
  std::size_t total = 0; ///< ballots that count
  /// As many ballots as the majority asks for hold it, and at least two.
  bool wins = false;
  /// The majority asked for, to the letter: what counts where nothing but the vote says that two threads meet.
  bool clear = false;
  /// Every ballot holds it.
  bool unanimous() const { return held == total; }
};

/// The lock that most counting ballots hold, ties to the smaller key; none when no counting ballot holds any.
/// `majority` is a share in (0, 1]; a guard needs that share and at least two ballots.
std::optional<GuardVote> voteForGuard(std::span<const Ballot> ballots, double majority);

} // namespace racecourse::analysis
