// racestyle-thread-per-item and racestyle-discarded-future: threads that nothing bounds, and results that nobody reads.
//
// A thread per item: a spawn, or a call that starts a thread which outlives it, in a loop with one round per item of data
// or request (Event::rounds), or with more rounds than a team wants threads. Silent when the round waits for its own
// thread, takes a permit from a semaphore, or waits for others; tasks of a pool are what is asked for. A pool in such a
// loop is worse than a thread: all its threads start and end with every round.
//
// A discarded future: the frontend sees that a future goes nowhere, or into a local variable that is never asked.
#include "checker/analysis/flow_shape.h"
#include "checker/analysis/practice_wording.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/wording.h"

#include <algorithm>

namespace racecourse::analysis {

using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::kRoundsPerItem;
using model::LockKind;
using model::PathId;
using model::RootKind;
using model::StepKind;

namespace {

/// Both are in one loop: each can come after the other.
bool shareALoop(const FlowShape& shape, EventId a, EventId b) {
  return shape.follows(a, b) && shape.follows(b, a);
}

class ThreadsPerItem {
public:
  explicit ThreadsPerItem(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) const {
    for (std::size_t i = 0; i < facts_.program().functions.size(); ++i) {
      const FunctionId id{i};
      const model::Function& function = facts_.program()[id];
      if (!isJudged(function) || facts_.contextsOf(id).empty()) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.rounds == 0) continue;
        if (event.kind == EventKind::Spawn) {
          if (tooMany(event.rounds) && !(event.flags & model::kSpawnPool) && unbounded(function, EventId(e)))
            findings.push_back(describe(id, EventId(e), Starts::Thread));
        } else if (event.kind == EventKind::Call) {
          const Starts starts = startedBy(id, EventId(e));
          if (starts == Starts::Pool ? tooManyPools(event.rounds)
                                     : starts == Starts::ThreadInside && event.rounds == kRoundsPerItem &&
                                           unbounded(function, EventId(e)))
            findings.push_back(describe(id, EventId(e), starts));
        }
      }
    }
  }

private:
  enum class Starts { Nothing, Thread, ThreadInside, Pool };

  bool tooMany(std::uint32_t rounds) const { return rounds > facts_.options().rules.threads_per_loop; }
  /// A pool comes with threads of its own: some rounds already are too many.
  bool tooManyPools(std::uint32_t rounds) const { return rounds > facts_.options().rules.pools_per_loop; }

  /// Nothing in the round waits: for this thread, for a permit, for others to end.
  bool unbounded(const model::Function& function, EventId spawn) const {
    const FlowShape shape(function);
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      const EventId at{e};
      switch (event.kind) {
      case EventKind::Join:
        if (event.all_elements || event.path != function.events[spawn.value].path) break;
        if (shareALoop(shape, spawn, at)) return false;
        break;
      case EventKind::Wait:
        if (shareALoop(shape, spawn, at)) return false;
        break;
      case EventKind::Acquire:
        if (std::ranges::any_of(event.locks, [&](PathId lock) { return isSemaphore(lock); })) return false;
        break;
      default: break;
      }
    }
    return true;
  }

  bool isSemaphore(PathId lock) const {
    const model::EntityId variable = facts_.variable(lock);
    const LockKind kind = variable ? facts_.program()[variable].lock : LockKind::None;
    return kind == LockKind::Semaphore || kind == LockKind::BinarySemaphore;
  }

  Starts startedBy(FunctionId id, EventId call) const {
    const Event& event = facts_.program()[id].events[call.value];
    if (event.flags & model::kCallMakesPool) return Starts::Pool;
    const std::span<const FunctionId> callees = facts_.callees(id, call);
    if (callees.size() != 1 || callees.front() == id) return Starts::Nothing;
    const model::Function& callee = facts_.program()[callees.front()];
    if (!isJudged(callee)) return Starts::Nothing;
    for (std::size_t e = 0; e < callee.events.size(); ++e) {
      const Event& inner = callee.events[e];
      if (inner.kind != EventKind::Spawn || (inner.flags & model::kSpawnPool)) continue;
      if (callee.is_constructor) {
        // A class whose objects start their threads in a loop and keep them.
        if ((inner.flags & model::kSpawnInLoop) && inner.path &&
            facts_.path(inner.path).root == RootKind::This)
          return Starts::Pool;
        continue;
      }
      if (!(inner.flags & model::kSpawnInLoop) && outlives(callee, inner) && unbounded(callee, EventId(e)))
        return Starts::ThreadInside;
    }
    return Starts::Nothing;
  }

  /// The callee returns without waiting: the thread is let go, or put with others. (One member alone is one thread.)
  bool outlives(const model::Function& function, const Event& spawn) const {
    if (spawn.flags & model::kSpawnDetached) return true;
    if (!spawn.path) return false;
    const model::Path& handle = facts_.path(spawn.path);
    if (handle.root != RootKind::Local)
      return std::ranges::any_of(handle.steps,
                                 [](const model::Step& step) { return step.kind == StepKind::Index; });
    return std::ranges::any_of(function.events, [&](const Event& event) {
      return event.kind == EventKind::Detach && event.path == spawn.path;
    });
  }

  Finding describe(FunctionId id, EventId at, Starts starts) const {
    const Point point{facts_.contextsOf(id).front(), at};
    const Event& event = facts_.event(point);
    Finding finding = practice(facts_, "racestyle-thread-per-item", point, Confidence::High);
    const bool items = event.rounds == kRoundsPerItem;
    const std::string rounds = items ? "every round of this loop"
                                     : "each of the " + std::to_string(event.rounds) + " rounds of this loop";
    const std::string name(facts_.program().text(event.label));
    finding.message =
        starts == Starts::Pool
            ? "a pool of threads is made and ended in " + rounds + ": one pool for all of them would do"
        : starts == Starts::ThreadInside
            ? quoted(name) + " starts a thread in " + rounds + ", and nothing bounds how many there are"
        : items ? "a thread is started in " + rounds + ", and nothing bounds how many there are"
                : "a thread is started in " + rounds + ", far more than can run at once";
    finding.traces.push_back(
        facts_.trace(point, starts == Starts::Pool ? "makes a pool here" : "starts a thread here"));
    finding.notes.push_back(starts == Starts::Pool
                                ? "make the pool once, before the loop"
                                : "give the items to a fixed number of threads: a pool, or a bounded queue");
    if (items && starts != Starts::Pool)
      finding.notes.push_back("false if something outside bounds the number of items");
    finding.identity = finding.rule + "|" + functionName(facts_, id) + "|" + name;
    return finding;
  }

  const Facts& facts_;
};

Finding discarded(const Facts& facts, Point point) {
  const Event& event = facts.event(point);
  const std::string call = quoted(facts.program().text(event.label));
  const bool waits = event.kind == EventKind::Spawn && (event.flags & model::kSpawnJoinsAtEnd) &&
                     !(event.flags & model::kSpawnPool);
  const bool kept = event.kind == EventKind::Spawn && event.path &&
                    facts.program()[facts.path(event.path).entity].place.line != 0 &&
                    entityName(facts, facts.path(event.path).entity).find("temporary") == std::string::npos;
  Finding finding = practice(facts, "racestyle-discarded-future", point, Confidence::High);
  finding.message =
      (kept ? "nobody ever reads the future of " : "the future of ") + call +
      (kept ? "" : " is thrown away") + ": " +
      (waits && !kept ? "its destructor waits right here, so nothing runs at the same time, and "
       : waits        ? "its destructor waits for the task, and "
                      : "") +
      "what the task returns or throws is lost";
  finding.traces.push_back(facts.trace(point, "the result of " + call + " is dropped here"));
  finding.identity =
      finding.rule + "|" + functionName(facts, facts.context(point.context).function) + "|" + call;
  return finding;
}

} // namespace

void findThreadsPerItem(const Facts& facts, std::vector<Finding>& findings) {
  ThreadsPerItem(facts).run(findings);
}

void findDiscardedFutures(const Facts& facts, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < facts.program().functions.size(); ++i) {
    const FunctionId id{i};
    const model::Function& function = facts.program()[id];
    if (!isJudged(function) || facts.contextsOf(id).empty()) continue;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      const bool drops = event.kind == EventKind::Spawn  ? (event.flags & model::kSpawnDropsFuture) != 0
                         : event.kind == EventKind::Call ? (event.flags & model::kCallDropsFuture) != 0
                                                         : false;
      if (drops) findings.push_back(discarded(facts, {facts.contextsOf(id).front(), EventId(e)}));
    }
  }
}

} // namespace racecourse::analysis
