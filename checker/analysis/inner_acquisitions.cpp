#include "checker/analysis/inner_acquisitions.h"

#include "checker/analysis/flow_shape.h"
#include "checker/analysis/shared_accesses.h"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::PathId;

std::vector<WantedLock> blockingLocks(const model::Function& function, const Event& event) {
  if (event.flavour != model::Flavour::Blocking) return {};
  const Event* source = &event;
  if (event.kind == EventKind::GuardAcquire) {
    // The guard knows its locks from where it was made.
    source = nullptr;
    for (const Event& other : function.events) {
      if (other.kind == EventKind::GuardCreate && other.path == event.path) source = &other;
    }
    if (!source) return {};
  } else if (event.kind == EventKind::GuardCreate) {
    if (event.guard_how != model::GuardHow::Acquire) return {};
  } else if (event.kind != EventKind::Acquire) {
    return {};
  }
  std::vector<WantedLock> wanted;
  for (PathId lock : source->locks) {
    wanted.push_back({lock, event.mode});
  }
  return wanted;
}

InnerAcquisitions::InnerAcquisitions(const Facts& facts)
    : facts_(facts), table_(facts.program().functions.size()), released_(facts.program().functions.size()) {
  // Post-order without recursion; a call back into a function that is still open sees its table empty.
  enum class Visit : std::uint8_t { New, Open, Done };
  std::vector<Visit> visit(table_.size(), Visit::New);
  std::vector<FunctionId> stack;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    stack.push_back(FunctionId(i));
    while (!stack.empty()) {
      const FunctionId function = stack.back();
      Visit& state = visit[function.value];
      if (state != Visit::New || !facts.summary(function).acquires_any) {
        if (state == Visit::Open) fill(function);
        state = Visit::Done;
        stack.pop_back();
        continue;
      }
      state = Visit::Open;
      const std::vector<Event>& events = facts.program()[function].events;
      for (std::size_t e = 0; e < events.size(); ++e) {
        if (events[e].kind != EventKind::Call) continue;
        for (FunctionId callee : facts.callees(function, EventId(e))) {
          if (visit[callee.value] == Visit::New) stack.push_back(callee);
        }
      }
    }
  }
}

void InnerAcquisitions::fill(FunctionId id) {
  const std::span<const ContextId> contexts = facts_.contextsOf(id);
  if (contexts.empty()) return;
  // What the function itself holds at its events is the same in every context; only the callers' locks differ.
  const ContextId context = contexts.front();
  const model::Function& function = facts_.program()[id];
  std::unique_ptr<FlowShape> shape;
  std::map<EventId, bool> chosen;
  const auto byFlag = [&](EventId event) {
    if (!shape) shape = std::make_unique<FlowShape>(function);
    const auto [known, is_new] = chosen.try_emplace(event);
    if (is_new) known->second = shape->chosenByFlag(event);
    return known->second;
  };
  for (const LockEffect& effect : facts_.summary(id).effects) {
    if (!effect.acquires) addReleased(id, effect.lock);
  }
  for (std::size_t e = 0; e < function.events.size(); ++e) {
    const Event& event = function.events[e];
    const EventId at{e};
    const bool releases = event.kind == EventKind::Release || event.kind == EventKind::GuardRelease;
    const std::vector<WantedLock> wanted = blockingLocks(function, event);
    if (!releases && wanted.empty() && event.kind != EventKind::Call) continue;
    const PointState state = facts_.state({context, at});
    if (!state.reachable) continue;
    std::vector<std::pair<PathId, model::Mode>> held;
    for (const HeldLock& lock : facts_.lockset(state.must)) {
      // Deeper than once: the caller's, and taken again here.
      if ((!lock.at_entry || lock.depth > 1) && lock.path) held.emplace_back(lock.path, lock.mode);
    }
    if (releases) {
      for (PathId lock : event.locks) {
        const bool own =
            std::any_of(held.begin(), held.end(), [&](const auto& have) { return have.first == lock; });
        if (!own) addReleased(id, lock);
      }
      continue;
    }
    for (const WantedLock& lock : wanted) {
      keep(id, {.lock = lock.path, .mode = lock.mode, .held = held, .at = at, .by_flag = byFlag(at)});
    }
    if (event.kind != EventKind::Call) continue;
    const std::span<const FunctionId> callees = facts_.callees(id, at);
    for (FunctionId callee : callees) {
      if (callee == id) continue; // recursion adds nothing to itself
      for (PathId lock : std::vector<PathId>(released_[callee.value])) {
        const PathId own = facts_.translate(id, at, callee, lock);
        const bool mine =
            std::any_of(held.begin(), held.end(), [&](const auto& have) { return have.first == own; });
        if (!mine) addReleased(id, own);
      }
      for (std::size_t i = 0; i < table_[callee.value].size(); ++i) {
        const InnerAcquisition& inner = table_[callee.value][i];
        InnerAcquisition mine{.lock = facts_.translate(id, at, callee, inner.lock),
                              .mode = inner.mode,
                              .held = {},
                              .at = at,
                              .callee = callee,
                              .inner = static_cast<std::uint32_t>(i),
                              .by_flag = inner.by_flag || byFlag(at),
                              .dispatched = inner.dispatched || callees.size() > 1};
        if (!mine.lock) continue;
        for (const auto& have : held) {
          HeldLock lock;
          lock.path = have.first;
          if (!mayRelease(id, at, callee, lock)) mine.held.push_back(have);
        }
        for (const auto& [path, mode] : inner.held) {
          if (const PathId own = facts_.translate(id, at, callee, path)) mine.held.emplace_back(own, mode);
        }
        keep(id, std::move(mine));
      }
    }
  }
}

/// One entry per lock and mode: the one that happens most surely, then the one with the fewest other locks around it.
void InnerAcquisitions::keep(FunctionId function, InnerAcquisition entry) {
  std::vector<InnerAcquisition>& list = table_[function.value];
  const auto better = [](const InnerAcquisition& a, const InnerAcquisition& b) {
    return std::tuple(a.by_flag, a.dispatched, a.held.size()) <
           std::tuple(b.by_flag, b.dispatched, b.held.size());
  };
  for (InnerAcquisition& known : list) {
    if (known.lock != entry.lock || known.mode != entry.mode) continue;
    if (better(entry, known)) known = std::move(entry);
    return;
  }
  if (list.size() < max_per_function) list.push_back(std::move(entry));
}

/// An invalid path stands for "some lock that cannot be named here".
void InnerAcquisitions::addReleased(FunctionId function, PathId lock) {
  std::vector<PathId>& list = released_[function.value];
  const auto at = std::lower_bound(list.begin(), list.end(), lock);
  if (at == list.end() || *at != lock) list.insert(at, lock);
}

bool InnerAcquisitions::mayRelease(FunctionId caller, EventId call, FunctionId callee,
                                   const HeldLock& lock) const {
  const EntityId name = lockVariable(facts_, lock);
  return std::any_of(released_[callee.value].begin(), released_[callee.value].end(), [&](PathId released) {
    const PathId own = released ? facts_.translate(caller, call, callee, released) : PathId();
    if (!own || !lock.path) return true;
    if (own == lock.path) return true;
    const EntityId other = facts_.variable(own);
    return !other || other == name;
  });
}

} // namespace racecourse::analysis
