// racecourse-wait-without-predicate: a condition wait that does not test again, waits with another mutex than its fellows,
// or keeps a second lock that whoever must wake it needs.
//
// A wait tests again when it has a predicate or lies on a cycle of its function's graph. A function that waits for its
// caller (it did not take the lock itself) is a wrapper: its calls are the waits then, up to kMaxWrappers deep. Timed
// waits without a predicate are sleeps that can be cut short, as often as not: low.
#include "checker/analysis/flow_shape.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace racecourse::analysis {

using model::BlockId;
using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::LockKind;
using model::PathId;

namespace {

constexpr unsigned kMaxWrappers = 3;

class Waits {
public:
  explicit Waits(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) {
    collect();
    for (const auto& [function, event] : waits_)
      lonely(function, event, function, event, 0, findings);
    differingMutexes(findings);
    secondLocks(findings);
  }

private:
  void collect() {
    const model::Unit& program = facts_.program();
    for (std::size_t f = 0; f < program.functions.size(); ++f) {
      const FunctionId id{f};
      const model::Function& function = program[id];
      if (function.analysis_off || function.in_system_header) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.kind == EventKind::Wait) waits_.emplace_back(id, EventId(e));
        if (event.kind == EventKind::Notify) notifies_.emplace_back(id, EventId(e));
        if (event.kind == EventKind::Call)
          for (FunctionId callee : facts_.callees(id, EventId(e)))
            callers_[callee].emplace_back(id, EventId(e));
      }
    }
  }

  /// On a cycle of the graph: the way comes back to the wait.
  bool comesBack(const model::Function& function, EventId event) const {
    const FlowShape shape(function);
    return shape.follows(event, event);
  }

  std::optional<Point> reached(FunctionId id, EventId event) const {
    for (ContextId context : facts_.contextsOf(id))
      if (facts_.state({context, event}).reachable) return Point{context, event};
    return std::nullopt;
  }

  /// The lock of the wait, as held there.
  std::optional<HeldLock> lockOf(Point point, LocksetId set) const {
    const Event& event = facts_.event(point);
    for (const HeldLock& held : facts_.lockset(set))
      if (std::ranges::find(event.locks, held.path) != event.locks.end()) return held;
    if (!event.value) return std::nullopt;
    // With a guard: the lock that the guard was made for.
    const model::Function& function = facts_.function(point.context);
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& guard = function.events[e];
      if (guard.kind != EventKind::GuardCreate || guard.path != event.value) continue;
      for (const HeldLock& held : facts_.lockset(set))
        if (std::ranges::find(guard.locks, held.path) != guard.locks.end()) return held;
    }
    return std::nullopt;
  }

  /// The function took the lock itself, so that nobody above it can test again in the same critical section.
  bool ownLock(Point point, const std::optional<HeldLock>& lock) const {
    if (!lock || lock->at_entry || !lock->since) return false;
    const Event& taken = facts_.event({point.context, lock->since});
    return (taken.kind == EventKind::Acquire || taken.kind == EventKind::GuardAcquire ||
            taken.kind == EventKind::Wait ||
            (taken.kind == EventKind::GuardCreate && taken.guard_how == model::GuardHow::Acquire));
  }

  /// What decided about the wait is read again and returned: the caller is told, and can come back.
  bool tellsCaller(const model::Function& function, EventId at) const {
    const FlowShape shape(function);
    const auto variableOf = [&](EventId read) {
      const Event& event = function.events[read.value];
      return event.kind == EventKind::Access && !event.by_library && event.path ? facts_.variable(event.path)
                                                                                : EntityId();
    };
    std::set<EntityId> decide;
    for (std::size_t b = 0; b < function.blocks.size(); ++b)
      if (shape.sideOf(BlockId(b), shape.blockOf(at)))
        for (EventId read : function.blocks[b].condition.reads)
          if (const EntityId variable = variableOf(read)) decide.insert(variable);
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (event.kind != EventKind::Return || !shape.follows(at, EventId(e))) continue;
      for (EventId input : event.inputs)
        if (decide.contains(variableOf(input))) return true;
    }
    return false;
  }

  void lonely(FunctionId id, EventId at, FunctionId wait_in, EventId wait_at, unsigned depth,
              std::vector<Finding>& findings) {
    const model::Function& function = facts_.program()[id];
    const Event& wait = facts_.program()[wait_in].events[wait_at.value];
    if (wait.has_predicate || function.analysis_off || comesBack(function, at)) return;
    const std::optional<Point> point = reached(id, at);
    if (!point) return;
    bool own = false;
    if (depth == 0) {
      own = ownLock(*point, lockOf(*point, facts_.state(*point).may));
    } else {
      const std::span<const HeldLock> held = facts_.lockset(facts_.state(*point).must);
      own = std::ranges::any_of(held, [&](const HeldLock& lock) { return ownLock(*point, lock); });
    }
    if (!own) {
      if (depth >= kMaxWrappers) return;
      const auto callers = callers_.find(id);
      if (callers == callers_.end()) return;
      for (const auto& [caller, call] : callers->second)
        if (caller != id) lonely(caller, call, wait_in, wait_at, depth + 1, findings);
      return;
    }
    if (!told_.emplace(id, at).second) return;
    const std::string condition =
        wait.path ? quoted(facts_.describe(wait.path)) : std::string("a condition variable");
    Finding finding;
    finding.rule = "racecourse-wait-without-predicate";
    finding.severity = Severity::Warning;
    finding.confidence = wait.flavour == model::Flavour::Timed || tellsCaller(function, at) ? Confidence::Low
                         : depth > 0 ? Confidence::Medium
                                     : Confidence::High;
    if (facts_.context(point->context).evidence == Evidence::Unsure)
      finding.confidence = weaker(finding.confidence, Confidence::Medium);
    finding.place = function.events[at.value].place;
    finding.message =
        quoted(functionName(facts_, id)) + " waits for " + condition +
        " once, without testing afterwards what it waits for: a wake-up without a reason lets it "
        "through, and a notification that came before is lost";
    finding.traces.push_back(facts_.trace(*point, "waits here, neither in a loop nor with a predicate"));
    finding.notes.push_back("false if the caller tests again and comes back");
    addImprecision(facts_, {point->context}, finding.notes);
    finding.identity = finding.rule + "|" + condition + "|" + functionName(facts_, id) + "|once";
    findings.push_back(std::move(finding));
  }

  struct Held {
    Point point;
    HeldLock lock;
  };

  /// Two waits for one condition variable at a time must use one mutex.
  void differingMutexes(std::vector<Finding>& findings) const {
    std::map<EntityId, std::vector<Held>> by_condition;
    for (const auto& [id, event] : waits_) {
      const PathId path = facts_.program()[id].events[event.value].path;
      const EntityId condition = path ? facts_.variable(path) : EntityId();
      if (!condition) continue;
      for (ContextId context : facts_.contextsOf(id)) {
        const Point point{context, event};
        if (!facts_.state(point).reachable) continue;
        if (const std::optional<HeldLock> lock = lockOf(point, facts_.state(point).must))
          by_condition[condition].push_back({point, *lock});
      }
    }
    for (const auto& [condition, waits] : by_condition) {
      const std::optional<std::pair<Held, Held>> pair = differing(waits);
      if (!pair) continue;
      const auto& [first, second] = *pair;
      const std::string name = quoted(entityName(facts_, condition));
      const std::string one = quoted(facts_.lockName(first.point.context, first.lock));
      const std::string other = quoted(facts_.lockName(second.point.context, second.lock));
      Finding finding;
      finding.rule = "racecourse-wait-without-predicate";
      finding.severity = Severity::Warning;
      finding.confidence = Confidence::High;
      for (const Held& held : {first, second})
        if (facts_.context(held.point.context).evidence != Evidence::Proved)
          finding.confidence = Confidence::Medium;
      finding.place = facts_.event(second.point).place;
      finding.message = "waits for " + name + " use two mutexes, " + one + " and " + other +
                        ": a condition variable knows one at a time";
      finding.traces.push_back(facts_.trace(first.point, "waits for " + name + " with " + one + " here"));
      finding.traces.push_back(facts_.trace(second.point, "waits for " + name + " with " + other + " here"));
      finding.notes.push_back("false if the two waits never happen at the same time");
      addImprecision(facts_, {first.point.context, second.point.context}, finding.notes);
      finding.identity = finding.rule + "|" + entityName(facts_, condition) + "|mutexes";
      findings.push_back(std::move(finding));
    }
  }

  std::optional<std::pair<Held, Held>> differing(const std::vector<Held>& waits) const {
    for (std::size_t i = 0; i < waits.size(); ++i)
      for (std::size_t j = i + 1; j < waits.size() && j < i + 64; ++j) {
        const Held &a = waits[i], &b = waits[j];
        if (a.point.event == b.point.event &&
            facts_.context(a.point.context).function == facts_.context(b.point.context).function)
          continue;
        const EntityId first = lockVariable(facts_, a.lock);
        const EntityId second = lockVariable(facts_, b.lock);
        // Other objects of the class have other locks of the same name: that says nothing.
        if (!first || !second || first == second) continue;
        if (facts_.sameObject(a.point, b.point) == Same::No) continue;
        if (facts_.sameLock(a.point.context, a.lock, b.point.context, b.lock) == Same::No)
          return std::pair(a, b);
      }
    return std::nullopt;
  }

  /// A lock that the wait does not give back, and that every notification, or some, needs.
  void secondLocks(std::vector<Finding>& findings) const {
    std::set<std::pair<EntityId, FunctionId>> told;
    for (const auto& [id, event] : waits_) {
      const PathId path = facts_.program()[id].events[event.value].path;
      const EntityId condition = path ? facts_.variable(path) : EntityId();
      if (!condition || facts_.program()[id].events[event.value].flavour == model::Flavour::Timed) continue;
      for (ContextId context : facts_.contextsOf(id)) {
        const Point point{context, event};
        const PointState state = facts_.state(point);
        if (!state.reachable) continue;
        const std::span<const HeldLock> held = facts_.lockset(state.must);
        if (held.size() < 2) continue;
        const std::optional<HeldLock> own = lockOf(point, state.must);
        if (!own) continue;
        for (const HeldLock& lock : held) {
          if (lock.path == own->path || lock.kind == LockKind::Semaphore ||
              lock.kind == LockKind::BinarySemaphore)
            continue;
          const EntityId variable = lockVariable(facts_, lock);
          if (!variable || variable == lockVariable(facts_, *own)) continue;
          std::optional<Point> needs;
          const bool all = everyNotifyNeeds(condition, point, lock, needs);
          if (!needs || !told.emplace(variable, id).second) continue;
          findings.push_back(describeSecond(point, condition, lock, *needs, all));
        }
      }
    }
  }

  bool everyNotifyNeeds(EntityId condition, Point wait, const HeldLock& lock,
                        std::optional<Point>& example) const {
    bool all = true;
    for (const auto& [id, event] : notifies_) {
      const PathId path = facts_.program()[id].events[event.value].path;
      if (!path || facts_.variable(path) != condition) continue;
      for (ContextId context : facts_.contextsOf(id)) {
        const Point point{context, event};
        if (!facts_.state(point).reachable || facts_.sameObject(wait, point) == Same::No) continue;
        bool needs = false;
        for (const HeldLock& held : facts_.lockset(facts_.state(point).must))
          needs |= facts_.sameLock(wait.context, lock, context, held) == Same::Same;
        if (needs) example = point;
        all &= needs;
      }
    }
    return all;
  }

  Finding describeSecond(Point wait, EntityId condition, const HeldLock& lock, Point notify, bool all) const {
    const FunctionId id = facts_.context(wait.context).function;
    const std::string name = quoted(entityName(facts_, condition));
    const std::string second = quoted(facts_.lockName(wait.context, lock));
    Finding finding;
    finding.rule = "racecourse-wait-without-predicate";
    finding.severity = Severity::Warning;
    finding.confidence = all && facts_.notes(id).empty() ? Confidence::High : Confidence::Medium;
    finding.place = facts_.event(wait).place;
    finding.message = quoted(functionName(facts_, id)) + " keeps " + second + " while it waits for " + name +
                      ", and " + (all ? "every" : "some") + " notification needs " + second +
                      ": both sides wait for ever";
    finding.traces.push_back(facts_.trace(wait, "waits for " + name + " here and keeps " + second));
    finding.traces.push_back(facts_.trace(notify, "notifies " + name + " here, with " + second));
    finding.notes.push_back("false if the notification can come without that lock");
    addImprecision(facts_, {wait.context, notify.context}, finding.notes);
    finding.identity =
        finding.rule + "|" + entityName(facts_, condition) + "|" + functionName(facts_, id) + "|" + second;
    return finding;
  }

  const Facts& facts_;
  std::vector<std::pair<FunctionId, EventId>> waits_, notifies_;
  std::map<FunctionId, std::vector<std::pair<FunctionId, EventId>>> callers_;
  std::set<std::pair<FunctionId, EventId>> told_;
};

} // namespace

void findWaits(const Facts& facts, std::vector<Finding>& findings) {
  Waits(facts).run(findings);
}

} // namespace racecourse::analysis
