// racecourse-lock-order-inversion, the part without a second lock: a thread waits for another one to end and holds a lock that
// the other must have before it can. In the terms of the lock-order graph, the end of a thread is a lock which the thread
// holds as long as it runs; an edge lock → end from the join and an edge end → lock from any acquisition inside close the circle.
//
// The threads that a join ends are those that live before it and not behind it. Said only when the lock is proved to be one
// object, surely held at the join, and waited for without a time limit in the thread. Silent when a test leads to the join
// that reads what the thread writes: then somebody asked whether it is done.
#include "checker/analysis/flow_shape.h"
#include "checker/analysis/inner_acquisitions.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <set>

namespace racecourse::analysis {

using model::BlockId;
using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::LockKind;

namespace {

class JoinDeadlocks {
public:
  explicit JoinDeadlocks(const Facts& facts) : facts_(facts), by_thread_(facts.threadCount()) {
    for (std::size_t i = 0; i < facts.contextCount(); ++i)
      by_thread_[facts.context(ContextId(i)).thread.value].push_back(ContextId(i));
  }

  void run(std::vector<Finding>& findings) {
    std::set<std::pair<model::Place, EntityId>> told;
    for (std::size_t i = 0; i < facts_.contextCount(); ++i) {
      const ContextId context{i};
      const model::Function& function = facts_.function(context);
      if (function.analysis_off || facts_.context(context).evidence == Evidence::Unsure) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.kind != EventKind::Join && !joinsInside(context, EventId(e))) continue;
        const Point join{context, EventId(e)};
        const PointState state = facts_.state(join);
        if (!state.reachable) continue;
        for (const HeldLock& held : facts_.lockset(state.must)) {
          const EntityId lock = lockVariable(facts_, held);
          if (!lock || held.kind == LockKind::Semaphore || held.kind == LockKind::BinarySemaphore) continue;
          if (told.contains({event.place, lock})) continue;
          for (ThreadId thread : endedBy(join)) {
            const std::optional<Point> needs = acquisitionIn(thread, join, held);
            if (!needs || asksWhetherDone(join, thread)) continue;
            told.emplace(event.place, lock);
            findings.push_back(describe(join, held, *needs));
            break;
          }
        }
      }
    }
  }

private:
  /// A call of a function that joins what it is given.
  bool joinsInside(ContextId context, EventId call) const {
    if (facts_.function(context).events[call.value].kind != EventKind::Call) return false;
    const auto callees = facts_.callees(facts_.context(context).function, call);
    if (callees.size() != 1) return false;
    const std::vector<Event>& events = facts_.program()[callees.front()].events;
    return std::any_of(events.begin(), events.end(), [](const Event& event) {
      return event.kind == EventKind::Join && event.flavour != model::Flavour::Try;
    });
  }

  std::vector<ThreadId> endedBy(Point join) const {
    const std::optional<Point> next = behind(join);
    if (!next) return {};
    std::vector<ThreadId> before = facts_.liveThreads(join), after = facts_.liveThreads(*next), ended;
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(ended));
    return ended;
  }

  /// The event after the join, in its block or alone at the beginning of the next ones.
  std::optional<Point> behind(Point join) const {
    const model::Function& function = facts_.function(join.context);
    BlockId block = FlowShape(function).blockOf(join.event);
    if (!block) return std::nullopt;
    const std::vector<EventId>& events = function.blocks[block.value].events;
    const auto at = std::find(events.begin(), events.end(), join.event);
    if (at + 1 != events.end()) return Point{join.context, *(at + 1)};
    constexpr int kEmptyBlocks = 8;
    for (int i = 0; i < kEmptyBlocks && function.blocks[block.value].successors.size() == 1; ++i) {
      block = function.blocks[block.value].successors.front();
      if (!block || block.value >= function.blocks.size()) break;
      if (!function.blocks[block.value].events.empty())
        return Point{join.context, function.blocks[block.value].events.front()};
    }
    return std::nullopt;
  }

  std::optional<Point> acquisitionIn(ThreadId thread, Point join, const HeldLock& held) const {
    for (ContextId context : by_thread_[thread.value]) {
      const model::Function& function = facts_.function(context);
      const bool acquires = facts_.summary(facts_.context(context).function).acquires_any;
      if (function.analysis_off || !acquires || facts_.context(context).evidence == Evidence::Unsure)
        continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Point point{context, EventId(e)};
        for (const WantedLock& wanted : blockingLocks(function, function.events[e])) {
          HeldLock lock;
          lock.path = wanted.path;
          lock.places = facts_.resolve(context, wanted.path);
          lock.mode = wanted.mode;
          if (held.mode == model::Mode::Shared && lock.mode == model::Mode::Shared) continue;
          if (!facts_.state(point).reachable || manyObjects(facts_, lock.places)) continue;
          if (facts_.sameLock(join.context, held, context, lock) == Same::Same &&
              facts_.mayRunTogether(join, point))
            return point;
        }
      }
    }
    return std::nullopt;
  }

  bool asksWhetherDone(Point join, ThreadId thread) const {
    const model::Function& function = facts_.function(join.context);
    const FlowShape shape(function);
    for (std::size_t b = 0; b < function.blocks.size(); ++b) {
      const model::Block& block = function.blocks[b];
      if (block.successors.size() != 2 || !shape.sideOf(BlockId(b), shape.blockOf(join.event))) continue;
      for (EventId read : block.condition.reads) {
        const Event& event = function.events[read.value];
        if (event.kind == EventKind::Call) return true;
        if (event.kind == EventKind::Access && writes(thread, facts_.variable(event.path))) return true;
      }
    }
    return false;
  }

  bool writes(ThreadId thread, EntityId variable) const {
    if (!variable) return true;
    for (ContextId context : by_thread_[thread.value])
      for (const Event& event : facts_.function(context).events)
        if (event.kind == EventKind::Access && event.access != model::AccessKind::Read &&
            facts_.variable(event.path) == variable)
          return true;
    return false;
  }

  Finding describe(Point join, const HeldLock& held, Point needs) const {
    const std::string lock = quoted(facts_.lockName(join.context, held));
    const std::string function = functionName(facts_, facts_.context(join.context).function);
    Finding finding;
    finding.rule = "racecourse-lock-order-inversion";
    finding.confidence = Confidence::High;
    for (ContextId context : {join.context, needs.context})
      if (facts_.context(context).evidence != Evidence::Proved || !facts_.notes(context).empty())
        finding.confidence = Confidence::Medium;
    finding.severity = finding.confidence == Confidence::High ? Severity::Error : Severity::Warning;
    finding.place = facts_.event(join).place;
    finding.message = quoted(function) + " waits for " + threadPhrase(facts_, needs.context) +
                      " to end while it holds " + lock +
                      ", which that thread locks: each waits for the other";
    finding.traces = {facts_.trace(join, "waits for the thread here, with " + lock),
                      facts_.trace(needs, "waits for " + lock + " here")};
    finding.notes.push_back("false if the thread can no longer come to that lock when it is waited for");
    addImprecision(facts_, {join.context, needs.context}, finding.notes);
    finding.identity = finding.rule + "|join|" + facts_.lockName(join.context, held) + "|" + function + "|" +
                       functionName(facts_, facts_.context(needs.context).function);
    return finding;
  }

  const Facts& facts_;
  std::vector<std::vector<ContextId>> by_thread_;
};

} // namespace

void findJoinDeadlocks(const Facts& facts, std::vector<Finding>& findings) {
  JoinDeadlocks(facts).run(findings);
}

} // namespace racecourse::analysis
