// racecourse-wait-without-predicate, its second half: what a wait tests is changed without the wait's mutex.
//
// The waiter tests and goes to sleep in one critical section; who changes what it tests outside of that section can do so,
// and notify, in between: nobody is asleep yet, and the waiter then sleeps on something that has happened. Only atomic
// predicates are told here: the unlocked change of a plain one is a race, which its own rule tells.
//
//   waits       with a predicate or in a loop, without a time limit, whose mutex is surely held
//   predicate   the atomics read by the predicate, or by the conditions of the loop around the wait
//   waking      a write after which, in the same function, the same condition variable is notified
//
// Silence is kept when one waking write holds the mutex (then it is thought of, and the others may be no news to a waiter);
// when the mutex is taken between write and notification, here or possibly in a call, or is held at the notification;
// and when write and wait cannot run together.
#include "checker/analysis/flow_shape.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace racecourse::analysis {

using model::AccessKind;
using model::AtomicOp;
using model::BlockId;
using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::TypeClass;

namespace {

constexpr unsigned kMaxCallsOfPredicate = 2; ///< functions that a predicate may ask

class LostWakeUps {
public:
  explicit LostWakeUps(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) {
    const model::Unit& program = facts_.program();
    for (std::size_t f = 0; f < program.functions.size(); ++f) {
      const model::Function& function = program.functions[f];
      if (function.analysis_off || function.in_system_header) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (!event.path || !facts_.variable(event.path)) continue;
        if (event.kind == EventKind::Notify) notifies_.emplace_back(f, EventId(e));
        if (event.kind == EventKind::Wait && event.flavour != model::Flavour::Timed)
          waits_.emplace_back(f, EventId(e));
      }
    }
    if (waits_.empty() || notifies_.empty()) return;
    const SharedAccesses shared(facts_);
    for (const auto& [id, event] : waits_)
      for (const EntityId variable : predicateOf(FunctionId(id), event))
        if (const SharedVariable* found = shared.find(variable))
          judge({FunctionId(id), event}, *found, findings);
  }

private:
  using Where = std::pair<FunctionId, EventId>;

  /// The atomics that decide whether the wait is over.
  std::set<EntityId> predicateOf(FunctionId id, EventId wait) {
    std::set<EntityId> result;
    const model::Function& function = facts_.program()[id];
    const FlowShape& shape = shapeOf(id);
    const BlockId block = shape.blockOf(wait);
    if (!block) return result;
    if (function.events[wait.value].has_predicate) {
      const std::vector<EventId>& events = function.blocks[block.value].events;
      auto next = std::find(events.begin(), events.end(), wait);
      if (++next != events.end() && function.events[next->value].kind == EventKind::Call &&
          (function.events[next->value].flags & model::kCallInvokesArguments))
        for (FunctionId predicate : facts_.callees(id, *next))
          readBy(predicate, kMaxCallsOfPredicate, result);
      return result;
    }
    for (std::size_t b = 0; b < function.blocks.size(); ++b) {
      // A branch that decides whether to wait, and that is met again after the wait.
      const std::optional<unsigned> side = shape.sideOf(BlockId(b), block);
      if (!side || !shape.leadsTo(block, BlockId(b)) || BlockId(b) == block) continue;
      for (EventId read : function.blocks[b].condition.reads) {
        addRead(function.events[read.value], result);
        if (function.events[read.value].kind == EventKind::Call)
          for (FunctionId asked : facts_.callees(id, read))
            readBy(asked, kMaxCallsOfPredicate - 1, result);
      }
    }
    return result;
  }

  void addRead(const Event& event, std::set<EntityId>& result) const {
    if (event.kind != EventKind::Access || event.type_class != TypeClass::Atomic ||
        event.access != AccessKind::Read || !event.path)
      return;
    if (const EntityId variable = facts_.variable(event.path)) result.insert(variable);
  }

  void readBy(FunctionId id, unsigned depth, std::set<EntityId>& result) const {
    const model::Function& function = facts_.program()[id];
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      addRead(function.events[e], result);
      if (depth > 0 && function.events[e].kind == EventKind::Call)
        for (FunctionId asked : facts_.callees(id, EventId(e)))
          readBy(asked, depth - 1, result);
    }
  }

  /// The lock that the wait gives back, as held at it.
  std::optional<HeldLock> lockOf(Point wait) const {
    const Event& event = facts_.event(wait);
    const model::Function& function = facts_.function(wait.context);
    const std::span<const HeldLock> held = facts_.lockset(facts_.state(wait).must);
    const auto among = [&](const std::vector<model::PathId>& locks) -> std::optional<HeldLock> {
      for (const HeldLock& lock : held)
        if (std::ranges::find(locks, lock.path) != locks.end()) return lock;
      return std::nullopt;
    };
    if (std::optional<HeldLock> named = among(event.locks)) return named;
    for (const Event& guard : function.events)
      if (event.value && guard.kind == EventKind::GuardCreate && guard.path == event.value)
        if (std::optional<HeldLock> own = among(guard.locks)) return own;
    return std::nullopt;
  }

  struct Waking {
    Point write, notify;
  };

  void judge(Where wait, const SharedVariable& variable, std::vector<Finding>& findings) {
    for (ContextId context : facts_.contextsOf(wait.first)) {
      const Point point{context, wait.second};
      if (!facts_.state(point).reachable || facts_.context(context).evidence == Evidence::Unsure) continue;
      const std::optional<HeldLock> lock = lockOf(point);
      if (!lock) continue;
      std::optional<Waking> found;
      for (const SharedAccess& access : variable.accesses) {
        if (!access.writes() || facts_.context(access.point.context).evidence == Evidence::Unsure) continue;
        const std::optional<Waking> waking = wakes(access, point);
        if (!waking) continue;
        if (holds(access.point, point, *lock)) return; // somebody does it under the mutex
        if (!found && facts_.mayRunTogether(point, access.point) && !locksBetween(*waking, point, *lock))
          found = waking;
      }
      if (!found) continue;
      if (told_.emplace(variable.variable, facts_.context(found->write.context).function).second)
        findings.push_back(describe(point, *lock, variable.variable, *found));
      return;
    }
  }

  std::optional<Waking> wakes(const SharedAccess& access, Point wait) {
    const FunctionId function = facts_.context(access.point.context).function;
    const EntityId condition = facts_.variable(facts_.event(wait).path);
    for (const auto& [id, event] : notifies_) {
      if (FunctionId(id) != function || !shapeOf(function).follows(access.point.event, event)) continue;
      const Point notify{access.point.context, event};
      if (facts_.variable(facts_.event(notify).path) != condition) continue;
      if (facts_.sameObject(wait, notify) != Same::No) return Waking{access.point, notify};
    }
    return std::nullopt;
  }

  bool holds(Point point, Point wait, const HeldLock& lock) const {
    return std::ranges::any_of(facts_.lockset(facts_.state(point).may), [&](const HeldLock& held) {
      return facts_.sameLock(wait.context, lock, point.context, held) != Same::No;
    });
  }

  /// Taking the mutex before notifying is as good as holding it at the write: a waiter that has tested is asleep by then.
  bool locksBetween(const Waking& waking, Point wait, const HeldLock& lock) {
    if (holds(waking.notify, wait, lock)) return true;
    const FunctionId id = facts_.context(waking.write.context).function;
    const model::Function& function = facts_.program()[id];
    const FlowShape& shape = shapeOf(id);
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const EventId at{e};
      const EventKind kind = function.events[e].kind;
      const bool takes = kind == EventKind::Acquire || kind == EventKind::GuardCreate ||
                         kind == EventKind::GuardAcquire || kind == EventKind::Wait;
      const bool calls =
          kind == EventKind::Call && std::ranges::any_of(facts_.callees(id, at), [&](FunctionId callee) {
            return facts_.summary(callee).acquires_any;
          });
      if ((takes || calls) && shape.follows(waking.write.event, at) && shape.follows(at, waking.notify.event))
        return true;
    }
    return false;
  }

  Finding describe(Point wait, const HeldLock& lock, EntityId variable, const Waking& waking) const {
    const std::string name = quoted(entityName(facts_, variable));
    const std::string mutex = quoted(facts_.lockName(wait.context, lock));
    const std::string condition = quoted(entityName(facts_, facts_.variable(facts_.event(wait).path)));
    const FunctionId writer = facts_.context(waking.write.context).function;
    Finding finding;
    finding.rule = "racecourse-wait-without-predicate";
    finding.severity = Severity::Warning;
    finding.confidence = Confidence::High;
    for (const Point point : {wait, waking.write})
      if (facts_.context(point.context).evidence != Evidence::Proved ||
          !facts_.notes(facts_.context(point.context).function).empty())
        finding.confidence = Confidence::Medium;
    if (facts_.sameObject(wait, waking.notify) != Same::Same)
      finding.confidence = weaker(finding.confidence, Confidence::Medium);
    finding.place = facts_.event(waking.write).place;
    finding.message = name + " is changed in " + quoted(functionName(facts_, writer)) + " without " + mutex +
                      ", and " + condition + " is notified: a waiter that has just tested " + name +
                      " and is not asleep yet misses it, and sleeps on";
    Trace mine = facts_.trace(waking.write, "changes " + name + " here, without " + mutex);
    mine.steps.push_back({.place = facts_.event(waking.notify).place,
                          .message = "notifies " + condition + " here",
                          .held = facts_.heldNames(waking.notify)});
    finding.traces.push_back(std::move(mine));
    finding.traces.push_back(
        facts_.trace(wait, "waits for " + condition + " here, until " + name + " says so"));
    finding.notes.push_back(facts_.whyTogether(wait, waking.write));
    finding.notes.push_back("false if the notification comes again later, or nobody waits by then");
    addImprecision(facts_, {wait.context, waking.write.context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, variable) + "|" +
                       functionName(facts_, writer) + "|unlocked change";
    return finding;
  }

  const FlowShape& shapeOf(FunctionId id) {
    std::unique_ptr<FlowShape>& shape = shapes_[id];
    if (!shape) shape = std::make_unique<FlowShape>(facts_.program()[id]);
    return *shape;
  }

  const Facts& facts_;
  std::vector<std::pair<std::size_t, EventId>> waits_, notifies_;
  std::map<FunctionId, std::unique_ptr<FlowShape>> shapes_;
  std::set<std::pair<EntityId, FunctionId>> told_;
};

} // namespace

void findLostWakeUps(const Facts& facts, std::vector<Finding>& findings) {
  LostWakeUps(facts).run(findings);
}

} // namespace racecourse::analysis
