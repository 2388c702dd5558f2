// racecourse-double-lock and racecourse-lock-leak: what one thread does wrong all by itself.
//
// Double lock: a non-recursive lock is surely held (must) and the very same lock is waited for, here or inside a call. The same
// means one path in one function, or one proved object; two parameters that a caller may make equal count only where
// the code compares their addresses for order and forgot that they can be equal.
//
// Lock leak: an exit at which a lock taken by hand is surely still held although the function releases it on other
// ways; and a release of a lock that cannot be held. Functions that only acquire, or only release, are somebody's lock
// and unlock: silent. So are locks which any function releases without having taken them (the second half of a pair).
#include "checker/analysis/flow_shape.h"
#include "checker/analysis/inner_acquisitions.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"
#include "checker/model/labels.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace racecourse::analysis {

using model::BlockId;
using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::LockKind;
using model::Mode;
using model::Path;
using model::PathId;
using model::RootKind;

namespace {

bool blocksItsHolder(LockKind kind) {
  return kind == LockKind::Mutex || kind == LockKind::Shared || kind == LockKind::Spin;
}

/// A path that names one object wherever it stands in the function.
bool namesOneObject(const Path& path) {
  return !path.widened && !namesAnyElement(path) && path.root != RootKind::Unknown &&
         path.root != RootKind::Result;
}

class DoubleLocks {
public:
  DoubleLocks(const Facts& facts, const InnerAcquisitions& inner) : facts_(facts), inner_(inner) {}

  void run(std::vector<Finding>& findings) {
    for (std::size_t i = 0; i < facts_.contextCount(); ++i) {
      collect(ContextId(i));
    }
    for (const auto& [key, found] : best_) {
      findings.push_back(describe(found));
    }
  }

private:
  struct Found {
    Point point;
    HeldLock held;
    FunctionId callee{};
    std::uint32_t inner = 0;
    PathId wanted;
    bool may_alias = false;
    Confidence confidence = Confidence::Low;
  };

  void collect(ContextId context) {
    const model::Function& function = facts_.function(context);
    const FunctionId id = facts_.context(context).function;
    if (function.analysis_off || !facts_.summary(id).acquires_any) return;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      const Point point{context, EventId(e)};
      const std::vector<WantedLock> wanted = blockingLocks(function, event);
      if (wanted.empty() && event.kind != EventKind::Call) continue;
      const PointState state = facts_.state(point);
      const std::span<const HeldLock> held = facts_.lockset(state.must);
      if (state.reachable && event.kind == EventKind::Acquire) checkRound(function, point);
      if (!state.reachable || held.empty()) continue;
      for (const WantedLock& lock : wanted) {
        for (const HeldLock& have : held) {
          check(point, have, lock, wanted.size() > 1);
        }
      }
      if (event.kind != EventKind::Call) continue;
      for (FunctionId callee : facts_.callees(id, point.event)) {
        const std::span<const InnerAcquisition> inside = inner_.of(callee);
        for (std::size_t i = 0; i < inside.size(); ++i) {
          const PathId path = facts_.translate(id, point.event, callee, inside[i].lock);
          if (!path) continue;
          for (const HeldLock& have : held) {
            checkCall(point, have, path, callee, static_cast<std::uint32_t>(i));
          }
        }
      }
    }
  }

  /// A loop takes the lock anew in each round, and nothing in the function gives it back.
  void checkRound(const model::Function& function, Point point) {
    const Event& event = facts_.event(point);
    if (event.locks.size() != 1 || event.flavour != model::Flavour::Blocking) return;
    const std::span<const HeldLock> held = facts_.lockset(facts_.state(point).may);
    const auto own = std::find_if(held.begin(), held.end(), [&](const HeldLock& have) {
      return have.since == point.event && have.path == event.locks.front() && !have.at_entry;
    });
    if (own == held.end() || !blocks(*own, event.mode)) return;
    const std::span<const PlaceId> places = facts_.places(own->places);
    if (places.size() != 1 || facts_.symbolic(places.front()) ||
        namesAnyElement(facts_.place(places.front())))
      return;
    const EntityId name = lockVariable(facts_, *own);
    for (const Event& other : function.events) {
      const bool releases = other.kind == EventKind::Release || other.kind == EventKind::GuardRelease ||
                            other.kind == EventKind::Wait || other.kind == EventKind::GuardDestroy;
      if (releases && (other.locks.empty() || facts_.variable(other.locks.front()) == name)) return;
    }
    for (const LockEffect& effect : calleesEffects(point))
      if (!effect.acquires) return;
    keep({.point = point, .held = *own, .wanted = event.locks.front(), .confidence = Confidence::High});
  }

  /// What the calls of the function do to its locks.
  std::vector<LockEffect> calleesEffects(Point point) const {
    std::vector<LockEffect> effects;
    const FunctionId id = facts_.context(point.context).function;
    const model::Function& function = facts_.program()[id];
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      if (function.events[e].kind != EventKind::Call) continue;
      for (FunctionId callee : facts_.callees(id, EventId(e))) {
        const std::vector<LockEffect>& more = facts_.summary(callee).effects;
        effects.insert(effects.end(), more.begin(), more.end());
      }
    }
    return effects;
  }

  bool callersToTell(const Context& context, const HeldLock& have) const {
    return have.at_entry && have.path && !have.since && context.caller &&
           facts_.context(context.caller).thread == context.thread;
  }

  bool blocks(const HeldLock& have, Mode wanted) const {
    return blocksItsHolder(have.kind) && !(have.mode == Mode::Shared && wanted == Mode::Shared);
  }

  Same sameAs(Point point, const HeldLock& have, PathId wanted) const {
    if (have.path == wanted && namesOneObject(facts_.path(wanted))) return Same::Same;
    HeldLock lock;
    lock.path = wanted;
    lock.places = facts_.resolve(point.context, wanted);
    const Same same = facts_.sameLock(point.context, have, point.context, lock);
    return same == Same::Same && namesAnyElement(facts_.path(wanted)) ? Same::Maybe : same;
  }

  void check(Point point, const HeldLock& have, const WantedLock& lock, bool grouped) {
    if (!blocks(have, lock.mode)) return;
    const Context& context = facts_.context(point.context);
    // A caller that holds it tells this at its call, with the better trace; unless it cannot name it.
    const bool by_caller = callersToTell(context, have);
    const Same same = sameAs(point, have, lock.path);
    if (same == Same::Same && !by_caller) {
      keep({.point = point, .held = have, .wanted = lock.path, .confidence = Confidence::High});
    } else if (same == Same::Maybe && !grouped && mayAlias(point, have, lock.path)) {
      keep({.point = point,
            .held = have,
            .wanted = lock.path,
            .may_alias = true,
            .confidence = context.evidence == Evidence::Unsure ? Confidence::Low : Confidence::Medium});
    }
  }

  /// Two parameters of one class whose locks are taken in the order of their addresses, with nothing that would send equal
  /// ones away: the author thought of two callers, not of one caller with the same object twice.
  bool mayAlias(Point point, const HeldLock& have, PathId wanted) const {
    if (!have.path || have.at_entry) return false;
    const auto isParameter = [](const Path& path) {
      return path.root == RootKind::Parameter || path.root == RootKind::This;
    };
    const Path& first = facts_.path(have.path);
    const Path& second = facts_.path(wanted);
    if (!isParameter(first) || !isParameter(second) || !(first.steps == second.steps)) return false;
    if (first.root == second.root && first.entity == second.entity) return false;
    const FunctionId id = facts_.context(point.context).function;
    if (!facts_.summary(id).compares_identity) return false;
    const model::Function& function = facts_.program()[id];
    const FlowShape shape(function);
    bool refuted = false;
    // std::min and std::max hand out one lock for both when the objects are one.
    bool ordered_the_other_way =
        std::any_of(function.events.begin(), function.events.end(), [&](const Event& event) {
          return event.kind == EventKind::Call && facts_.program().text(event.label) == model::kOrdersLocks;
        });
    for (std::size_t i = 0; i < function.blocks.size(); ++i) {
      const model::Block& block = function.blocks[i];
      if (block.successors.size() != 2) continue;
      const std::optional<unsigned> side = shape.sideOf(BlockId(i), shape.blockOf(point.event));
      if (!side) continue;
      if (block.condition.compares_identity) {
        // The negative branch of a strict comparison is where equal objects go.
        ordered_the_other_way = ordered_the_other_way || (*side == 1) != block.condition.negated;
      } else if (block.condition.kind == model::ConditionKind::Flag) {
        refuted = true;
      }
    }
    return ordered_the_other_way && !refuted;
  }

  /// The acquisition ends its block, the block ends in a test that was not understood, and only one outcome leads here:
  /// `if (pthread_mutex_lock(&m) != 0) …` does not hold the lock where it complains.
  bool outcomeIsTested(Point point, const HeldLock& have) const {
    if (!have.since) return false;
    const model::Function& function = facts_.function(point.context);
    const FlowShape shape(function);
    const BlockId block = shape.blockOf(have.since);
    if (!block || function.blocks[block.value].events.back() != have.since) return false;
    const model::Condition& condition = function.blocks[block.value].condition;
    return condition.kind == model::ConditionKind::None && condition.reads.empty() &&
           shape.sideOf(block, shape.blockOf(point.event)).has_value();
  }

  void checkCall(Point point, const HeldLock& have, PathId wanted, FunctionId callee, std::uint32_t inner) {
    const InnerAcquisition& inside = inner_.of(callee)[inner];
    if (!blocks(have, inside.mode) || sameAs(point, have, wanted) != Same::Same) return;
    const Context& context = facts_.context(point.context);
    if (callersToTell(context, have)) return;
    if (inner_.mayRelease(context.function, point.event, callee, have)) return;
    Confidence confidence = Confidence::High;
    if (inside.dispatched || facts_.callees(context.function, point.event).size() > 1)
      confidence = Confidence::Medium;
    if (inside.by_flag || outcomeIsTested(point, have)) confidence = Confidence::Low;
    keep({.point = point,
          .held = have,
          .callee = callee,
          .inner = inner,
          .wanted = wanted,
          .confidence = confidence});
  }

  /// One finding per lock and acquisition, however many callers and threads get there.
  void keep(Found found) {
    if (found.confidence == Confidence::High &&
        !facts_.notes(facts_.context(found.point.context).function).empty()) {
      found.confidence = Confidence::Medium;
    }
    if (found.held.since && facts_.event({found.point.context, found.held.since}).kind == EventKind::Call) {
      // Acquired inside a callee that also releases: whether it comes back with the lock is a guess.
      const FunctionId caller = facts_.context(found.point.context).function;
      for (FunctionId callee : facts_.callees(caller, found.held.since)) {
        if (inner_.mayRelease(caller, found.held.since, callee, found.held))
          found.confidence = Confidence::Low;
      }
    }
    const std::pair key{lockVariable(facts_, found.held), acquisition(found)};
    const auto [at, is_new] = best_.try_emplace(key, found);
    if (!is_new &&
        std::tuple(found.confidence, found.point) < std::tuple(at->second.confidence, at->second.point)) {
      at->second = found;
    }
  }

  std::pair<FunctionId, EventId> acquisition(const Found& found) const {
    std::pair<FunctionId, EventId> at{facts_.context(found.point.context).function, found.point.event};
    FunctionId function = found.callee;
    std::uint32_t index = found.inner;
    while (function) {
      const InnerAcquisition& inner = inner_.of(function)[index];
      at = {function, inner.at};
      function = inner.callee;
      index = inner.inner;
    }
    return at;
  }

  Finding describe(const Found& found) const {
    const FunctionId function = facts_.context(found.point.context).function;
    const auto [where, event] = acquisition(found);
    const std::string lock = quoted(facts_.lockName(found.point.context, found.held));
    Finding finding;
    finding.rule = "racecourse-double-lock";
    finding.confidence = found.confidence;
    finding.severity = found.confidence == Confidence::High ? Severity::Error : Severity::Warning;
    finding.place = facts_.program()[where].events[event.value].place;
    if (found.may_alias) {
      finding.message =
          quoted(facts_.describe(found.held.path)) + " and " + quoted(facts_.describe(found.wanted)) +
          " are locked together in " + quoted(functionName(facts_, function)) +
          "; when both are the same object, its lock is taken twice and the thread waits for itself";
    } else if (found.callee) {
      finding.message = quoted(functionName(facts_, function)) + " holds " + lock + " when it calls " +
                        quoted(functionName(facts_, found.callee)) + ", which locks it again" +
                        (where == found.callee ? "" : " in " + quoted(functionName(facts_, where))) +
                        ": the thread waits for itself";
    } else {
      finding.message = lock + " is locked in " + quoted(functionName(facts_, function)) +
                        " by a thread that holds it already: it waits for itself";
    }
    Trace trace = facts_.trace(found.point, found.callee ? "calls " + functionName(facts_, found.callee)
                                                         : "waits for " + lock + " here");
    const std::vector<std::string> held = facts_.heldNames(found.point);
    if (found.held.since) {
      const Point since{found.point.context, found.held.since};
      TraceStep step{.place = facts_.event(since).place, .message = "acquires " + lock, .held = held};
      trace.steps.insert(trace.steps.empty() ? trace.steps.end() : trace.steps.end() - 1, std::move(step));
    }
    FunctionId inside = found.callee;
    std::uint32_t index = found.inner;
    while (inside) {
      const InnerAcquisition& inner = inner_.of(inside)[index];
      trace.steps.push_back(
          {facts_.program()[inside].events[inner.at.value].place,
           inner.callee ? "calls " + functionName(facts_, inner.callee) : "waits for " + lock + " here",
           held});
      inside = inner.callee;
      index = inner.inner;
    }
    finding.traces.push_back(std::move(trace));
    finding.notes.push_back(
        found.may_alias ? "false if no caller ever passes the same object twice"
                        : "false if the way to the second acquisition is never taken while the lock is held");
    addImprecision(facts_, {found.point.context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, lockVariable(facts_, found.held)) + "|" +
                       functionName(facts_, function) + "|" + functionName(facts_, where);
    return finding;
  }

  const Facts& facts_;
  const InnerAcquisitions& inner_;
  std::map<std::pair<EntityId, std::pair<FunctionId, EventId>>, Found> best_;
};

class LockLeaks {
public:
  explicit LockLeaks(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) {
    findHalves();
    for (std::size_t i = 0; i < facts_.program().functions.size(); ++i) {
      const FunctionId id{i};
      const model::Function& function = facts_.program()[id];
      if (function.analysis_off || function.in_system_header || function.blocks.empty()) continue;
      if (facts_.contextsOf(id).empty()) continue;
      leaks(id, function, findings);
      orphans(id, function, findings);
    }
  }

private:
  static bool byHand(const Event& event) { return event.kind == EventKind::Release; }

  static bool exclusiveOwner(LockKind kind) {
    return kind != LockKind::Semaphore && kind != LockKind::BinarySemaphore && kind != LockKind::None;
  }

  LockKind kindOf(PathId lock) const {
    const EntityId name = facts_.variable(lock);
    return name ? facts_.program()[name].lock : LockKind::Unknown;
  }

  /// Locks that some function releases without having taken them, and those that some function takes for its caller.
  void findHalves() {
    for (std::size_t i = 0; i < facts_.program().functions.size(); ++i) {
      const FunctionId id{i};
      for (const LockEffect& effect : facts_.summary(id).effects) {
        (effect.acquires ? taken_for_caller_ : released_for_caller_).insert(facts_.variable(effect.lock));
      }
      if (facts_.contextsOf(id).empty()) continue;
      const ContextId context = facts_.contextsOf(id).front();
      const model::Function& function = facts_.program()[id];
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        if (!byHand(function.events[e])) continue;
        const PointState state = facts_.state({context, EventId(e)});
        for (PathId lock : function.events[e].locks) {
          if (takenBefore(function, EventId(e), lock)) continue;
          const std::span<const HeldLock> may = facts_.lockset(state.may);
          const bool own = std::any_of(may.begin(), may.end(), [&](const HeldLock& held) {
            const bool from_callee = held.since && function.events[held.since.value].kind == EventKind::Call;
            return held.path == lock && !held.at_entry && !from_callee;
          });
          if (!own) released_for_caller_.insert(facts_.variable(lock));
        }
      }
    }
  }

  /// Every way to the release passes the function's own acquisition: it releases what is its own, also where the lock may be
  /// held at entry because another function leaked it.
  static bool takenBefore(const model::Function& function, EventId release, PathId lock) {
    const FlowShape shape(function);
    if (!shape.blockOf(release)) return false;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (event.kind == EventKind::Acquire && event.flavour == model::Flavour::Blocking &&
          std::find(event.locks.begin(), event.locks.end(), lock) != event.locks.end() &&
          shape.blockOf(EventId(e)) && shape.dominates(EventId(e), release))
        return true;
    }
    return false;
  }

  bool releasesElsewhere(FunctionId id, const model::Function& function, PathId lock) const {
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (byHand(event) && std::find(event.locks.begin(), event.locks.end(), lock) != event.locks.end())
        return true;
      if (event.kind != EventKind::Call) continue;
      for (FunctionId callee : facts_.callees(id, EventId(e))) {
        for (const LockEffect& effect : facts_.summary(callee).effects) {
          if (!effect.acquires && facts_.translate(id, EventId(e), callee, effect.lock) == lock) return true;
        }
      }
    }
    return false;
  }

  /// A lock behind a pointer that moves on (hand over hand along a list) is given back by the name that it has then.
  bool releasesUnderOtherName(ContextId context, const model::Function& function,
                              const HeldLock& held) const {
    const std::span<const PlaceId> places = facts_.places(facts_.resolve(context, held.path));
    if (places.size() == 1 && !facts_.symbolic(places.front())) return false;
    return std::any_of(function.events.begin(), function.events.end(), [&](const Event& event) {
      return byHand(event) && !event.locks.empty() && event.locks.front() != held.path &&
             facts_.variable(event.locks.front()) == facts_.variable(held.path);
    });
  }

  /// Taken by hand in this very function, so that it is this function's to release.
  static bool owes(const HeldLock& held) {
    return held.by_hand && !held.at_entry && held.path && held.since && exclusiveOwner(held.kind);
  }

  void leaks(FunctionId id, const model::Function& function, std::vector<Finding>& findings) {
    std::set<PathId> told;
    for (ContextId context : facts_.contextsOf(id)) {
      leaksByException(id, context, function, told, findings);
      leaksByThreadExit(context, function, told, findings);
      for (const Exit& exit : facts_.exits(context)) {
        const std::vector<EventId>& events = function.blocks[exit.block.value].events;
        const Event* last = events.empty() ? nullptr : &function.events[events.back().value];
        if (exit.by_throw || (last && last->kind == EventKind::Call && (last->flags & model::kCallNoReturn)))
          continue;
        for (const HeldLock& held : facts_.lockset(exit.may)) {
          if (!owes(held) || told.contains(held.path)) continue;
          const bool surely = contains(exit.must, held.path);
          const bool releases = releasesElsewhere(id, function, held.path);
          const bool taken_here = function.events[held.since.value].kind != EventKind::Call;
          if (!releases && !(surely && taken_here && endsThread(context))) continue;
          if (!releases && releasesUnderOtherName(context, function, held)) continue;
          Confidence confidence = releases ? Confidence::High : Confidence::Medium;
          if (releases && !leavesWithout(context, function, held))
            confidence = Confidence::Low; // it hands the lock out
          if (!surely || released_for_caller_.contains(facts_.variable(held.path)))
            confidence = Confidence::Low;
          if (facts_.path(held.path).widened) confidence = Confidence::Low;
          told.insert(held.path);
          findings.push_back(describeLeak(context, leavingPlace(context, function, exit, held), false,
                                          releases, held, exit.may, confidence));
        }
      }
    }
  }

  /// pthread_exit with a lock that the function releases on its other ways out. Cleanup handlers may do that on this way too.
  void leaksByThreadExit(ContextId context, const model::Function& function, std::set<PathId>& told,
                         std::vector<Finding>& findings) {
    const auto named = [&](const Event& event, std::string_view part) {
      return event.label && facts_.program().text(event.label).find(part) != std::string_view::npos;
    };
    if (std::any_of(function.events.begin(), function.events.end(), [&](const Event& event) {
          return named(event, "cleanup") || named(event, "register_cancel");
        }))
      return;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (event.kind != EventKind::Call || !(event.flags & model::kCallNoReturn)) continue;
      if (!named(event, "pthread_exit") && !named(event, "thrd_exit")) continue;
      const PointState state = facts_.state({context, EventId(e)});
      if (!state.reachable) continue;
      for (const HeldLock& held : facts_.lockset(state.must)) {
        if (!owes(held) || told.contains(held.path) ||
            released_for_caller_.contains(facts_.variable(held.path)))
          continue;
        told.insert(held.path);
        findings.push_back(
            describeLeak(context, event.place, false, false, held, state.may, Confidence::Medium));
      }
    }
  }

  bool contains(LocksetId set, PathId path) const {
    const std::span<const HeldLock> locks = facts_.lockset(set);
    return std::any_of(locks.begin(), locks.end(), [&](const HeldLock& lock) { return lock.path == path; });
  }

  /// Nobody is left who could release what the function still holds.
  bool endsThread(ContextId id) const {
    const Context& context = facts_.context(id);
    const ThreadRoot::Kind kind = facts_.thread(context.thread).kind;
    const bool entry = !context.caller || facts_.context(context.caller).thread != context.thread;
    return entry && (kind == ThreadRoot::Kind::Main || kind == ThreadRoot::Kind::Spawned) &&
           !facts_.function(id).runs_before_main;
  }

  /// The return of this way out; of a function that gathers its ways out in one block, the return that surely holds the
  /// lock; and where nobody wrote a return, the closing brace.
  model::Place leavingPlace(ContextId context, const model::Function& function, const Exit& exit,
                            const HeldLock& held) const {
    const std::vector<EventId>& events = function.blocks[exit.block.value].events;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (function.events[event->value].kind == EventKind::Return) return function.events[event->value].place;
    }
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      if (function.events[e].kind != EventKind::Return) continue;
      if (contains(facts_.state({context, EventId(e)}).must, held.path)) return function.events[e].place;
    }
    return function.end.line > 0 ? function.end : exit.place;
  }

  /// A throw, or a call of something that surely can throw, between a lock and its unlock by hand.
  void leaksByException(FunctionId id, ContextId context, const model::Function& function,
                        std::set<PathId>& told, std::vector<Finding>& findings) {
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      const EventId at{e};
      const bool throws = event.kind == EventKind::Throw;
      if (!throws && (event.kind != EventKind::Call || !(event.flags & model::kCallMayThrow))) continue;
      if (!throws) {
        const std::span<const FunctionId> callees = facts_.callees(id, at);
        if (std::none_of(callees.begin(), callees.end(),
                         [&](FunctionId callee) { return facts_.summary(callee).certainly_throws; })) {
          continue;
        }
      }
      const PointState state = facts_.state({context, at});
      if (!state.reachable) continue;
      for (const HeldLock& held : facts_.lockset(state.must)) {
        if (!owes(held) || told.contains(held.path) || !releasesElsewhere(id, function, held.path)) continue;
        Confidence confidence = throws ? Confidence::High : Confidence::Medium;
        if (released_for_caller_.contains(facts_.variable(held.path))) confidence = Confidence::Low;
        told.insert(held.path);
        findings.push_back(describeLeak(context, event.place, true, true, held, state.may, confidence));
      }
    }
  }

  /// Some other ordinary way out, after the acquisition, is surely without the lock.
  bool leavesWithout(ContextId context, const model::Function& function, const HeldLock& held) const {
    const FlowShape shape(function);
    for (const Exit& exit : facts_.exits(context)) {
      if (exit.by_throw) continue;
      // A lock that a caller perhaps leaked into here is none that this function's acquisition could have got.
      const std::vector<EventId>& events = function.blocks[exit.block.value].events;
      const bool after_own = !events.empty() && blocksItsHolder(held.kind) &&
                             function.events[held.since.value].kind == EventKind::Acquire &&
                             shape.dominates(held.since, events.back());
      const std::span<const HeldLock> may = facts_.lockset(exit.may);
      if (std::any_of(may.begin(), may.end(), [&](const HeldLock& lock) {
            return lock.path == held.path && !(lock.at_entry && after_own);
          }))
        continue;
      const BlockId from = shape.blockOf(held.since);
      if (from && shape.leadsTo(from, exit.block)) return true;
    }
    return false;
  }

  Finding describeLeak(ContextId context, model::Place place, bool by_exception, bool releases,
                       const HeldLock& held, LocksetId still_held, Confidence confidence) const {
    const FunctionId function = facts_.context(context).function;
    const Point since{context, held.since};
    const std::string lock = quoted(facts_.lockName(context, held));
    Finding finding;
    finding.rule = "racecourse-lock-leak";
    finding.confidence = confidence;
    finding.severity = Severity::Warning;
    finding.place = place;
    finding.message =
        quoted(functionName(facts_, function)) +
        (by_exception ? " can be left by an exception"
         : releases   ? " can return"
                      : " ends its thread") +
        " with " + lock + " still locked" +
        (releases ? ", which it releases on its other ways out" : ", and nobody is left to release it");
    Trace trace = facts_.trace(since, "acquires " + lock + " by hand here");
    std::vector<std::string> names;
    for (const HeldLock& other : facts_.lockset(still_held)) {
      names.push_back(facts_.lockName(context, other));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    trace.steps.push_back(
        {place, by_exception ? "an exception leaves the function here" : "leaves the function here", names});
    finding.traces.push_back(std::move(trace));
    finding.notes.push_back("false if the caller is told that the lock is still held and releases it");
    addImprecision(facts_, {context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, lockVariable(facts_, held)) + "|" +
                       functionName(facts_, function) + (by_exception ? "|throw" : "|return");
    return finding;
  }

  void orphans(FunctionId id, const model::Function& function, std::vector<Finding>& findings) {
    for (const model::Contract& contract : function.contracts) {
      if (contract.kind != model::Contract::Kind::Excludes) return;
    }
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      if (!byHand(function.events[e])) continue;
      for (PathId lock : function.events[e].locks) {
        if (!exclusiveOwner(kindOf(lock)) || kindOf(lock) == LockKind::Unknown) continue;
        if (!namesOneObject(facts_.path(lock)) || !neverHeld(id, EventId(e), lock)) continue;
        const bool after_own = releasedTwice(function, EventId(e), lock);
        const Confidence confidence = orphanConfidence(id, lock, after_own);
        findings.push_back(
            describeOrphan(facts_.contextsOf(id).front(), EventId(e), lock, after_own, confidence));
      }
    }
  }

  bool neverHeld(FunctionId id, EventId event, PathId lock) const {
    bool reachable = false;
    for (ContextId context : facts_.contextsOf(id)) {
      const PointState state = facts_.state({context, event});
      if (!state.reachable) continue;
      reachable = true;
      HeldLock wanted;
      wanted.path = lock;
      wanted.places = facts_.resolve(context, lock);
      for (const HeldLock& held : facts_.lockset(state.may)) {
        if (held.path == lock || facts_.sameLock(context, held, context, wanted) != Same::No) return false;
      }
    }
    return reachable;
  }

  /// The function itself took the lock, or released it, before: this release is one too many.
  bool releasedTwice(const model::Function& function, EventId event, PathId lock) const {
    const FlowShape shape(function);
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& other = function.events[e];
      const bool takes = other.kind == EventKind::Acquire || other.kind == EventKind::GuardCreate;
      if (takes && std::find(other.locks.begin(), other.locks.end(), lock) != other.locks.end() &&
          shape.follows(EventId(e), event)) {
        return true;
      }
    }
    return false;
  }

  Confidence orphanConfidence(FunctionId id, PathId lock, bool after_own) const {
    if (after_own) return Confidence::High;
    // Somebody's unlock(): its callers are not all known, or the lock is taken by a function made for that.
    const std::span<const ContextId> contexts = facts_.contextsOf(id);
    const bool proved = std::all_of(contexts.begin(), contexts.end(), [&](ContextId context) {
      return facts_.context(context).evidence == Evidence::Proved;
    });
    const Path& path = facts_.path(lock);
    const bool own_object = path.root == RootKind::Global || path.root == RootKind::Local;
    return proved && own_object && !taken_for_caller_.contains(facts_.variable(lock)) ? Confidence::Medium
                                                                                      : Confidence::Low;
  }

  Finding describeOrphan(ContextId context, EventId event, PathId path, bool after_own,
                         Confidence confidence) const {
    const FunctionId function = facts_.context(context).function;
    const std::string lock = quoted(facts_.describe(path));
    Finding finding;
    finding.rule = "racecourse-lock-leak";
    finding.confidence = confidence;
    finding.severity = Severity::Warning;
    finding.place = facts_.event({context, event}).place;
    finding.message = lock + " is released in " + quoted(functionName(facts_, function)) +
                      (after_own ? " after it was released already" : " where no caller can hold it");
    finding.traces.push_back(facts_.trace({context, event}, "releases " + lock + " here"));
    finding.notes.push_back("false if another thread of control acquires the lock on this thread's behalf");
    addImprecision(facts_, {context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, facts_.variable(path)) + "|" +
                       functionName(facts_, function) + "|release";
    return finding;
  }

  const Facts& facts_;
  std::set<EntityId> released_for_caller_;
  std::set<EntityId> taken_for_caller_;
};

} // namespace

void findDiscipline(const Facts& facts, std::vector<Finding>& findings) {
  const InnerAcquisitions inner(facts);
  DoubleLocks(facts, inner).run(findings);
  LockLeaks(facts).run(findings);
}

} // namespace racecourse::analysis
