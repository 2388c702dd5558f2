// racestyle-manual-lock: a lock that one function takes and gives back by hand where a guard object would do both.
//
// Only where a guard certainly fits: the lock has lock() and unlock() as members, every release in the function gives back
// what the function itself took, and the sections are nested as scopes are. Functions that only lock or only unlock, that
// hand the lock out, give a caller's lock back for a while, or pass from lock to lock along a list, are silent.
#include "checker/analysis/practice_wording.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <set>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::LockKind;
using model::PathId;

namespace {

class ManualLocks {
public:
  explicit ManualLocks(const Facts& facts) : facts_(facts) { findHalves(); }

  void run(std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < facts_.program().functions.size(); ++i) {
      const FunctionId id{i};
      const model::Function& function = facts_.program()[id];
      if (function.analysis_off || function.in_system_header || facts_.contextsOf(id).empty()) continue;
      const ContextId context = facts_.contextsOf(id).front();
      for (const auto& [lock, use] : usesIn(function)) {
        if (use.acquires.empty() || use.releases.empty() || use.otherwise || !guardFits(context, lock, use))
          continue;
        findings.push_back(describe(context, lock, use));
      }
    }
  }

private:
  struct Use {
    std::vector<EventId> acquires, releases;
    bool otherwise = false; ///< also by try, by a guard, or together with other locks
  };

  static std::map<PathId, Use> usesIn(const model::Function& function) {
    std::map<PathId, Use> uses;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (event.kind != EventKind::Acquire && event.kind != EventKind::Release &&
          event.kind != EventKind::GuardCreate)
        continue;
      for (PathId lock : event.locks) {
        Use& use = uses[lock];
        const bool alone = (event.flags & model::kLockByMember) && event.locks.size() == 1;
        if (event.kind == EventKind::GuardCreate || !alone || event.flavour != model::Flavour::Blocking)
          use.otherwise = true;
        else
          (event.kind == EventKind::Acquire ? use.acquires : use.releases).push_back(EventId(e));
      }
    }
    return uses;
  }

  const HeldLock* find(LocksetId set, PathId lock) const {
    for (const HeldLock& held : facts_.lockset(set)) {
      if (held.path == lock) return &held;
    }
    return nullptr;
  }

  /// Locks that some function gives back for somebody who took them elsewhere.
  void findHalves() {
    for (std::size_t i = 0; i < facts_.program().functions.size(); ++i) {
      const FunctionId id{i};
      for (const LockEffect& effect : facts_.summary(id).effects) {
        if (!effect.acquires) released_for_others_.insert(facts_.variable(effect.lock));
      }
      if (facts_.contextsOf(id).empty()) continue;
      const ContextId context = facts_.contextsOf(id).front();
      const model::Function& function = facts_.program()[id];
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        if (function.events[e].kind != EventKind::Release) continue;
        const PointState state = facts_.state({context, EventId(e)});
        for (PathId lock : function.events[e].locks) {
          const HeldLock* held = find(state.may, lock);
          if (!held || held->at_entry) released_for_others_.insert(facts_.variable(lock));
        }
      }
    }
  }

  bool excludes(PathId lock) const {
    const EntityId variable = facts_.variable(lock);
    const LockKind kind = variable ? facts_.program()[variable].lock : LockKind::Unknown;
    return kind != LockKind::Semaphore && kind != LockKind::BinarySemaphore && kind != LockKind::None;
  }

  bool guardFits(ContextId context, PathId lock, const Use& use) const {
    if (!excludes(lock) || facts_.path(lock).widened) return false;
    for (EventId release : use.releases) {
      const PointState state = facts_.state({context, release});
      if (!state.reachable) continue;
      const HeldLock* held = find(state.must, lock);
      if (!held || held->at_entry || !held->by_hand || held->depth != 1 || !held->since) return false;
      if (std::ranges::find(use.acquires, held->since) == use.acquires.end()) return false;
      if (crosses(context, lock, state)) return false;
    }
    // Leaving with the lock is a leak, and all the more a case for a guard; unless that is how it is meant.
    for (const Exit& exit : facts_.exits(context)) {
      if (!exit.by_throw && find(exit.may, lock) && released_for_others_.contains(facts_.variable(lock)))
        return false;
    }
    return true;
  }

  /// Some lock taken inside the section is still held when the section ends, or one held at its beginning is gone: scopes
  /// cannot say that.
  bool crosses(ContextId context, PathId lock, const PointState& at_release) const {
    const HeldLock* own = find(at_release.must, lock);
    for (const HeldLock& before : facts_.lockset(facts_.state({context, own->since}).must)) {
      if (before.path != lock && before.path && !find(at_release.may, before.path)) return true;
    }
    return std::ranges::any_of(facts_.lockset(at_release.must), [&](const HeldLock& other) {
      return other.path != lock && !other.at_entry && other.since &&
             find(facts_.state({context, other.since}).may, lock) != nullptr;
    });
  }

  /// The first call in the section that can be left by an exception.
  const Event* throwing(ContextId context, PathId lock) const {
    const model::Function& function = facts_.function(context);
    if (function.is_noexcept) return nullptr;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      const bool throws = event.kind == EventKind::Throw ||
                          (event.kind == EventKind::Call && (event.flags & model::kCallMayThrow));
      if (!throws) continue;
      const PointState state = facts_.state({context, EventId(e)});
      if (state.reachable && find(state.must, lock)) return &event;
    }
    return nullptr;
  }

  Finding describe(ContextId context, PathId path, const Use& use) const {
    const FunctionId id = facts_.context(context).function;
    const std::string lock = quoted(facts_.describe(path));
    const Point first{context, use.acquires.front()};
    Finding finding = practice(facts_, "racestyle-manual-lock", first, Confidence::High);
    finding.message = lock + " is locked and unlocked by hand in " + quoted(functionName(facts_, id)) +
                      ", where a guard would do both";
    if (const Event* event = throwing(context, path)) {
      const std::string name(facts_.program().text(event->label));
      finding.message += event->kind == EventKind::Throw ? "; the throw in between leaves it locked"
                         : name.empty()                  ? "; an exception in between would leave it locked"
                                        : "; an exception from " + quoted(name) + " would leave it locked";
    } else if (use.releases.size() > use.acquires.size()) {
      finding.message +=
          "; " + counted(use.releases.size(), "way out has", "ways out each have") + " to remember it";
    }
    Trace trace = facts_.trace(first, "locks " + lock + " by hand here");
    for (EventId release : use.releases)
      trace.steps.push_back({facts_.event({context, release}).place, "unlocks it here", {}});
    finding.traces.push_back(std::move(trace));
    finding.identity =
        finding.rule + "|" + entityName(facts_, facts_.variable(path)) + "|" + functionName(facts_, id);
    return finding;
  }

  const Facts& facts_;
  std::set<EntityId> released_for_others_;
};

} // namespace

void findManualLocks(const Facts& facts, std::vector<Finding>& findings) {
  ManualLocks(facts).run(findings);
}

} // namespace racecourse::analysis
