// Joins walk two sorted vectors side by side. A state is joined at most a few times per block, and most are empty, so
// plain vectors beat anything shared or hashed here.
#include "checker/analysis/local_state.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

namespace {

constexpr std::uint8_t kMaxDepth =
    3; ///< a lock taken once more per loop round must not keep the fixpoint going

/// Merges two sorted vectors: `both` combines equal keys, `one` may change or drop (return false) a lone element.
template <typename T, typename Key, typename Both, typename One>
void mergeSorted(std::vector<T>& a, const std::vector<T>& b, Key key, Both both, One one) {
  if (a.empty() && b.empty()) return;
  std::vector<T> result;
  result.reserve(a.size() + b.size());
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && key(a[i]) < key(b[j]))) {
      if (T lone = a[i++]; one(lone)) result.push_back(std::move(lone));
    } else if (i == a.size() || key(b[j]) < key(a[i])) {
      if (T lone = b[j++]; one(lone)) result.push_back(std::move(lone));
    } else {
      T merged = a[i++];
      if (both(merged, b[j++])) result.push_back(std::move(merged));
    }
  }
  a = std::move(result);
}

auto heldKey(const HeldEntry& e) {
  return std::pair(e.lock, e.mode);
}

} // namespace

HeldEntry* LocalState::find(PathId lock) {
  for (HeldEntry& entry : held)
    if (entry.lock == lock) return &entry;
  return nullptr;
}

GuardEntry* LocalState::findGuard(PathId guard) {
  for (GuardEntry& entry : guards)
    if (entry.guard == guard) return &entry;
  return nullptr;
}

void LocalState::hold(HeldEntry entry) {
  for (HeldEntry& have : held)
    if (heldKey(have) == heldKey(entry)) {
      if (have.must && entry.must)
        have.depth = std::min<std::uint8_t>(kMaxDepth, have.depth + 1);
      else if (entry.must)
        have = entry;
      return;
    }
  auto it = std::ranges::lower_bound(held, heldKey(entry), {}, heldKey);
  held.insert(it, entry);
}

void LocalState::release(PathId lock) {
  for (auto it = held.begin(); it != held.end(); ++it) {
    if (it->lock != lock) continue;
    if (it->depth > 1) {
      --it->depth;
      return;
    }
    bool must = it->must, borrowed = it->borrowed;
    held.erase(it);
    if (borrowed || !must) noteReleased(lock, borrowed && must);
    return;
  }
  noteReleased(lock, true);
}

void LocalState::noteReleased(PathId lock, bool must) {
  auto it = std::ranges::lower_bound(released, lock, {}, &ReleasedEntry::lock);
  if (it != released.end() && it->lock == lock)
    it->must |= must;
  else
    released.insert(it, {lock, must});
}

void LocalState::releaseGuard(GuardEntry& guard) {
  if (guard.own == Own::No) return;
  for (PathId lock : guard.locks) {
    if (guard.own == Own::Maybe && !find(lock)) continue;
    release(lock);
  }
  guard.own = Own::No;
}

void LocalState::setFlag(std::uint64_t key, bool value) {
  auto it = std::ranges::lower_bound(flags, key, {}, &FlagValue::first);
  if (it != flags.end() && it->first == key)
    it->second = value;
  else
    flags.insert(it, {key, value});
}

void LocalState::clearFlag(std::uint64_t key) {
  auto it = std::ranges::lower_bound(flags, key, {}, &FlagValue::first);
  if (it != flags.end() && it->first == key) flags.erase(it);
}

const bool* LocalState::flag(std::uint64_t key) const {
  auto it = std::ranges::lower_bound(flags, key, {}, &FlagValue::first);
  return it != flags.end() && it->first == key ? &it->second : nullptr;
}

void LocalState::spawn(LiveEntry entry) {
  std::erase_if(live, [&](const LiveEntry& e) { return e.site == entry.site && e.handle == entry.handle; });
  insertSorted(live, entry);
  if (!entry.joined) eraseSorted(joined, entry.handle);
}

void LocalState::join(PathId handle) {
  for (LiveEntry& entry : live)
    if (entry.handle == handle) entry.joined = true;
  std::ranges::sort(live);
  live.erase(std::unique(live.begin(), live.end()), live.end());
  insertSorted(joined, handle);
}

void joinInto(LocalState& a, const LocalState& b) {
  mergeSorted(
      a.held, b.held, heldKey,
      [](HeldEntry& x, const HeldEntry& y) {
        x.must = x.must && y.must;
        x.depth = std::min(x.depth, y.depth);
        if (x.since != y.since) x.since = EventId();
        if (x.guard != y.guard) x.guard = std::max(x.guard, y.guard);
        x.borrowed = x.borrowed || y.borrowed;
        return true;
      },
      [](HeldEntry& x) {
        x.must = false;
        return true;
      });
  mergeSorted(
      a.guards, b.guards, [](const GuardEntry& g) { return g.guard; },
      [](GuardEntry& x, const GuardEntry& y) {
        if (x.own != y.own) x.own = Own::Maybe;
        for (PathId lock : y.locks)
          LocalState::insertSorted(x.locks, lock);
        return true;
      },
      [](GuardEntry& x) {
        // Unknown to the other side: out of scope there, or empty.
        if (x.own == Own::Yes) x.own = Own::Maybe;
        return x.own != Own::No;
      });
  mergeSorted(
      a.released, b.released, [](const ReleasedEntry& r) { return r.lock; },
      [](ReleasedEntry& x, const ReleasedEntry& y) {
        x.must = x.must && y.must;
        return true;
      },
      [](ReleasedEntry& x) {
        x.must = false;
        return true;
      });
  mergeSorted(
      a.flags, b.flags, [](const FlagValue& f) { return f.first; },
      [](FlagValue& x, const FlagValue& y) { return x.second == y.second; },
      [](FlagValue&) { return false; });
  auto self = [](PathId p) { return p; };
  mergeSorted(a.fresh, b.fresh, self, [](PathId&, PathId) { return true; }, [](PathId&) { return false; });
  auto keep = [](PathId&) { return true; };
  mergeSorted(a.escaped, b.escaped, self, [](PathId&, PathId) { return true; }, keep);
  mergeSorted(a.joined, b.joined, self, [](PathId&, PathId) { return true; }, keep);
  mergeSorted(
      a.live, b.live, [](const LiveEntry& e) { return std::pair(e.site, e.handle); },
      [](LiveEntry& x, const LiveEntry& y) {
        x.joined = x.joined || y.joined;
        return true;
      },
      [](LiveEntry&) { return true; });
}

bool sameLocks(const LocalState& a, const LocalState& b) {
  auto same = [](const HeldEntry& x, const HeldEntry& y) {
    return x.lock == y.lock && x.mode == y.mode && x.must == y.must && x.depth == y.depth &&
           x.guard == y.guard;
  };
  return std::ranges::equal(a.held, b.held, same) && a.guards == b.guards && a.released == b.released;
}

bool addDisjunct(std::vector<LocalState>& set, const LocalState& state, unsigned cap) {
  for (LocalState& have : set)
    if (sameLocks(have, state)) {
      LocalState before = have;
      joinInto(have, state);
      return !(have == before);
    }
  // A disjunct that came out of a collapse swallows what it already covers; without this the set would not settle.
  for (const LocalState& have : set) {
    LocalState both = have;
    joinInto(both, state);
    if (both == have) return false;
  }
  if (set.size() < cap) {
    set.push_back(state);
    return true;
  }
  std::vector<LocalState> before = set;
  LocalState all = std::move(set.front());
  for (std::size_t i = 1; i < set.size(); ++i)
    joinInto(all, set[i]);
  joinInto(all, state);
  set.clear();
  set.push_back(std::move(all));
  return set != before;
}

} // namespace racecourse::analysis
