// racecourse-fork-under-threads: the child of fork has one thread and a copy of all locks, as they were.
//
// At the fork, which of the program's threads may be alive; in the child, everything that can be reached from the child's
// side of the test of fork's result, through calls, up to exec or _exit. A lock taken there is the finding: certain to
// be a danger when one of the live threads takes the same lock. Memory taken there counts little: many C libraries
// repair their own locks around fork. So does everything once the program prepares locks with pthread_atfork.
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
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
using model::PathId;

namespace {

class Forks {
public:
  explicit Forks(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) {
    const model::Unit& program = facts_.program();
    std::vector<std::pair<FunctionId, EventId>> forks;
    for (std::size_t f = 0; f < program.functions.size(); ++f)
      for (std::size_t e = 0; e < program.functions[f].events.size(); ++e) {
        const Event& event = program.functions[f].events[e];
        if (event.kind != EventKind::Call || !(event.flags & model::kCallForks)) continue;
        if (event.flags & model::kCallStoresArguments || isAtfork(event))
          prepares_ = true;
        else
          forks.emplace_back(FunctionId(f), EventId(e));
      }
    if (forks.empty()) return;
    findLocks();
    for (const auto& [function, event] : forks)
      for (ContextId context : facts_.contextsOf(function))
        if (look({context, event}, findings)) break;
  }

private:
  struct Danger {
    enum class Kind : std::uint8_t { None, Memory, Lock, SharedLock } kind = Kind::None;
    std::vector<std::pair<FunctionId, EventId>> way; ///< calls, then the event
    EntityId lock;
    ContextId holder; ///< SharedLock: a context of a live thread that takes it
  };

  bool isAtfork(const Event& event) const {
    return facts_.program().text(event.label).find("atfork") != std::string_view::npos;
  }

  /// Locks by variable and the contexts of spawned threads that take them.
  void findLocks() {
    for (std::size_t c = 0; c < facts_.contextCount(); ++c) {
      const ContextId id{c};
      if (facts_.thread(facts_.context(id).thread).kind != ThreadRoot::Kind::Spawned) continue;
      const bool dying = facts_.context(id).evidence == Evidence::Unsure || onlyWhenDying(facts_, id);
      for (const Event& event : facts_.function(id).events)
        if (event.kind == EventKind::Acquire || event.kind == EventKind::GuardCreate)
          for (PathId lock : event.locks)
            if (const EntityId variable = facts_.variable(lock))
              (dying ? last_words_ : taken_).emplace_back(variable, id);
    }
    std::sort(taken_.begin(), taken_.end());
    std::sort(last_words_.begin(), last_words_.end());
  }

  bool look(Point fork, std::vector<Finding>& findings) {
    if (!facts_.state(fork).reachable || facts_.context(fork.context).evidence != Evidence::Proved)
      return false;
    std::vector<ThreadId> live;
    for (ThreadId thread : facts_.liveThreads(fork))
      if (facts_.thread(thread).kind == ThreadRoot::Kind::Spawned) live.push_back(thread);
    if (live.empty()) return false;
    const FunctionId id = facts_.context(fork.context).function;
    const model::Function& function = facts_.program()[id];
    Danger worst;
    for (const model::Block& block : function.blocks) {
      if (block.condition.kind != model::ConditionKind::Child || block.condition.event != fork.event ||
          block.successors.size() != 2)
        continue;
      const BlockId child = block.successors[block.condition.negated ? 1 : 0];
      std::set<FunctionId> entered;
      std::vector<std::pair<FunctionId, EventId>> way;
      explore(id, child, live, entered, way, worst, 0);
    }
    if (worst.kind == Danger::Kind::None) return false;
    findings.push_back(describe(fork, live, worst));
    return true;
  }

  /// The block ends the process in the way of a failed assertion; an exit is the child's usual end.
  bool fails(const model::Function& function, const std::vector<EventId>& events) const {
    return std::any_of(events.begin(), events.end(), [&](EventId at) {
      const Event& event = function.events[at.value];
      const std::string_view name = facts_.program().text(event.label);
      return event.kind == EventKind::Call && (event.flags & model::kCallNoReturn) &&
             (name.find("unreachable") != std::string_view::npos ||
              name.find("abort") != std::string_view::npos || name.find("assert") != std::string_view::npos ||
              name.find("trap") != std::string_view::npos);
    });
  }

  void consider(Danger::Kind kind, EntityId lock, ContextId holder,
                const std::vector<std::pair<FunctionId, EventId>>& way, Danger& worst) const {
    if (kind > worst.kind) worst = {kind, way, lock, holder};
  }

  void explore(FunctionId id, BlockId from, const std::vector<ThreadId>& live, std::set<FunctionId>& entered,
               std::vector<std::pair<FunctionId, EventId>>& way, Danger& worst, unsigned depth) const {
    const model::Function& function = facts_.program()[id];
    if (function.blocks.empty() || depth > 24 || worst.kind == Danger::Kind::SharedLock) return;
    std::vector<bool> seen(function.blocks.size(), false);
    std::vector<BlockId> work{from};
    seen[from.value] = true;
    while (!work.empty() && worst.kind != Danger::Kind::SharedLock) {
      const BlockId block = work.back();
      work.pop_back();
      bool leaves = false;
      const std::vector<EventId>& events = function.blocks[block.value].events;
      for (EventId at : events) {
        const Event& event = function.events[at.value];
        if (event.kind == EventKind::Call && !(event.flags & model::kCallNoReturn) && fails(function, events))
          continue; // a failed assertion's last words
        way.emplace_back(id, at);
        if ((event.kind == EventKind::Acquire || event.kind == EventKind::GuardCreate) &&
            event.flavour == model::Flavour::Blocking && event.guard_how == model::GuardHow::Acquire) {
          for (PathId lock : event.locks) {
            const EntityId variable = facts_.variable(lock);
            const ContextId holder = holderOf(taken_, variable, live);
            // Other threads take it only when the program ends.
            if (!holder && holderOf(last_words_, variable, live)) continue;
            consider(holder ? Danger::Kind::SharedLock : Danger::Kind::Lock, variable, holder, way, worst);
          }
        } else if (event.kind == EventKind::Fresh ||
                   (event.kind == EventKind::Access && event.flags & model::kAccessGrows)) {
          consider(Danger::Kind::Memory, {}, {}, way, worst);
        } else if (event.kind == EventKind::Call) {
          if (event.flags & model::kCallNoReturn) leaves = true;
          for (FunctionId callee : facts_.callees(id, at))
            if (entered.insert(callee).second)
              explore(callee, BlockId(0), live, entered, way, worst, depth + 1);
        }
        way.pop_back();
        if (leaves) break;
      }
      if (leaves) continue;
      for (BlockId next : function.blocks[block.value].successors)
        if (!seen[next.value]) {
          seen[next.value] = true;
          work.push_back(next);
        }
    }
  }

  using Takers = std::vector<std::pair<EntityId, ContextId>>;

  ContextId holderOf(const Takers& takers, EntityId lock, const std::vector<ThreadId>& live) const {
    if (!lock) return {};
    for (auto it = std::lower_bound(takers.begin(), takers.end(), std::pair(lock, ContextId(0)));
         it != takers.end() && it->first == lock; ++it)
      if (std::find(live.begin(), live.end(), facts_.context(it->second).thread) != live.end())
        return it->second;
    return {};
  }

  Finding describe(Point fork, const std::vector<ThreadId>& live, const Danger& danger) const {
    const FunctionId id = facts_.context(fork.context).function;
    const auto [inner, at] = danger.way.back();
    const std::string lock = danger.lock ? quoted(entityName(facts_, danger.lock)) : "a lock";
    Finding finding;
    finding.rule = "racecourse-fork-under-threads";
    finding.severity = Severity::Warning;
    finding.place = facts_.event(fork).place;
    const bool memory = danger.kind == Danger::Kind::Memory;
    finding.confidence = memory                                    ? Confidence::Low
                         : danger.kind == Danger::Kind::SharedLock ? Confidence::High
                                                                   : Confidence::Medium;
    if (prepares_)
      finding.confidence = memory ? Confidence::Low : Confidence(static_cast<int>(finding.confidence) + 1);
    finding.message = quoted(functionName(facts_, id)) +
                      " forks while other threads may run; its child then " +
                      (memory ? std::string("takes memory") : "locks " + lock) +
                      (danger.holder ? ", which " + threadPhrase(facts_, danger.holder) +
                                           " may have held at that moment and can never give back"
                       : memory ? ", which a library may not allow there"
                                : ", which one of them may have held at that moment");
    Trace trace = facts_.trace(fork, "forks here");
    for (std::size_t i = 0; i < danger.way.size(); ++i) {
      const auto& [function, event] = danger.way[i];
      const model::Event& step = facts_.program()[function].events[event.value];
      const bool last = i + 1 == danger.way.size();
      trace.steps.push_back(
          {step.place,
           last ? (memory ? "in the child: takes memory here" : "in the child: locks " + lock + " here")
                : "in the child: calls " + functionName(facts_, danger.way[i + 1].first),
           {}});
    }
    finding.traces.push_back(std::move(trace));
    const ThreadRoot& other = facts_.thread(live.front());
    if (danger.holder) {
      const model::Function& function = facts_.function(danger.holder);
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        const bool takes = (event.kind == EventKind::Acquire || event.kind == EventKind::GuardCreate) &&
                           std::any_of(event.locks.begin(), event.locks.end(),
                                       [&](PathId path) { return facts_.variable(path) == danger.lock; });
        if (!takes) continue;
        finding.traces.push_back(facts_.trace({danger.holder, EventId(e)}, "locks " + lock + " here"));
        break;
      }
    } else {
      finding.traces.push_back(
          Trace{other.entry ? "thread " + entityName(facts_, other.entry) : "another thread",
                {{other.place, "may run since it was started here", {}}}});
    }
    finding.notes.push_back("false if no other thread can be inside that lock at the moment of the fork");
    if (prepares_)
      finding.notes.push_back(
          "the program prepares for forks with pthread_atfork: which locks that covers was not looked into");
    addImprecision(facts_, {fork.context}, finding.notes);
    finding.identity =
        finding.rule + "|" + functionName(facts_, id) + "|" + functionName(facts_, inner) + "|" + lock;
    return finding;
  }

  const Facts& facts_;
  bool prepares_ = false;
  Takers taken_;
  Takers last_words_; ///< taken on a way to the end of the program only
};

} // namespace

void findForks(const Facts& facts, std::vector<Finding>& findings) {
  Forks(facts).run(findings);
}

} // namespace racecourse::analysis
