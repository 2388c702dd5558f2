// LocalState: what one function knows, on its own, at one point: locks it took, caller's locks it gave back, guard
// objects, correlated flags, escaped objects and threads it started. In the function's own terms. What its callers hold
// is added per context later (contexts.h).
//
// A value with a join; the join is commutative, associative and idempotent up to the order-free choices named below
// (must ∩, may ∪; thread joins count when they happen on some way, see `joined`). No ownership, no threads. Cost: linear in
// the state, which is a handful of entries for almost every function.
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace racecourse::analysis {

enum class Own : std::uint8_t { No, Yes, Maybe };

struct HeldEntry {
  model::PathId lock;
  model::Mode mode = model::Mode::Exclusive;
  model::PathId guard;  ///< the guard object that will release it; none: by hand
  model::EventId since; ///< none: at entry, or several possible
  std::uint8_t depth = 1;
  bool must = true;
  bool borrowed = false; ///< the caller's: asserted, required, adopted or re-acquired after a wait
  auto operator<=>(const HeldEntry&) const = default;
};

struct GuardEntry {
  model::PathId guard;
  model::Mode mode = model::Mode::Exclusive;
  Own own = Own::No;
  std::vector<model::PathId> locks;
  auto operator<=>(const GuardEntry&) const = default;
};

struct ReleasedEntry {
  model::PathId lock; ///< or a guard of the caller's: then the lock it owns
  bool must = true;
  auto operator<=>(const ReleasedEntry&) const = default;
};

/// A thread started here (or in a callee) that may still run.
struct LiveEntry {
  std::uint32_t site = 0; ///< Flows::spawn_sites
  model::PathId handle;   ///< none: nobody can join it from here
  bool joined = false;    ///< it has ended; threads it started and left may live on
  auto operator<=>(const LiveEntry&) const = default;
};

/// A kept-apart decision: which way a test went. `key` is Condition::key, or kEventKey | EventId for "acquisition
/// at that event succeeded".
using FlagValue = std::pair<std::uint64_t, bool>;
inline constexpr std::uint64_t kEventKey = std::uint64_t{1} << 63;
inline constexpr std::uint64_t kVariableKey = std::uint64_t{1} << 62; ///< | PathId of a flag variable

struct LocalState {
  std::vector<HeldEntry> held;         ///< sorted by (lock, mode)
  std::vector<GuardEntry> guards;      ///< sorted by guard
  std::vector<ReleasedEntry> released; ///< sorted by lock
  std::vector<FlagValue> flags;        ///< sorted
  std::vector<model::PathId> fresh;    ///< Alloc roots no other code can reach yet; sorted; must
  std::vector<model::PathId> escaped;  ///< This, Parameter and Local roots handed to others here; sorted; may
  std::vector<LiveEntry> live;         ///< sorted; may
  std::vector<model::PathId>
      joined; ///< handles joined since entry on some way; sorted. A join under `if (joinable())` or
              ///< in a loop over the handles is a join: the other way had nothing to join
  bool operator==(const LocalState&) const = default;

  HeldEntry* find(model::PathId lock);
  GuardEntry* findGuard(model::PathId guard);
  void hold(HeldEntry entry); ///< deepens when already held in that mode
  /// Takes one level off; what was never taken here is noted as given back for the caller.
  void release(model::PathId lock);
  void noteReleased(model::PathId lock, bool must);
  void releaseGuard(GuardEntry& guard); ///< gives back what it owns (or may own)
  void setFlag(std::uint64_t key, bool value);
  void clearFlag(std::uint64_t key);
  const bool* flag(std::uint64_t key) const;
  void spawn(LiveEntry entry);
  void join(model::PathId handle); ///< exact handle
  template <typename T> static void insertSorted(std::vector<T>& set, const T& value);
  template <typename T> static void eraseSorted(std::vector<T>& set, const T& value);
};

/// a ⊔ b into a.
void joinInto(LocalState& a, const LocalState& b);
/// Equal as far as locks go: such states need not be kept apart.
bool sameLocks(const LocalState& a, const LocalState& b);
/// Adds `state` to a set of disjuncts: merged with one that has the same locks, else kept apart up to `cap`, else all
/// are joined. Returns whether the set changed.
bool addDisjunct(std::vector<LocalState>& set, const LocalState& state, unsigned cap);

template <typename T> void LocalState::insertSorted(std::vector<T>& set, const T& value) {
  auto it = set.begin();
  while (it != set.end() && *it < value)
    ++it;
  if (it == set.end() || !(*it == value)) set.insert(it, value);
}
template <typename T> void LocalState::eraseSorted(std::vector<T>& set, const T& value) {
  for (auto it = set.begin(); it != set.end(); ++it)
    if (*it == value) {
      set.erase(it);
      return;
    }
}

} // namespace racecourse::analysis
