// racecourse-unjoined-thread: a handle that dies, or is overwritten, while it still has its thread.
//
// Local handles: from each Spawn every way through the function is walked, with what its branches decided (equal flags
// decide alike, joinable() is believed), until the handle gives its thread away: joined, detached, moved on, known to other
// code. A way that meets the handle's End, a second thread for the same handle, or an exception first is the finding.
// Members and globals: nobody in the whole program joins, detaches, moves or hands on that variable.
// Invariant of the walk: a (block, decisions) pair is entered once; beyond kMaxSteps it gives up in silence.
// Handles of threads whose resources wait for a join (pthread_create) end nothing when they die: only a note, and only
// when nobody in the program could join or detach.
#include "checker/analysis/rules.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace racecourse::analysis {

using model::BlockId;
using model::Condition;
using model::ConditionKind;
using model::EntityId;
using model::EntityKind;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::Path;
using model::PathId;
using model::RootKind;
using model::StepKind;

namespace {

constexpr std::size_t kMaxSteps = 4096;

enum class Fate : std::uint8_t { Kept, Ended, Overwritten, Thrown };

struct Loss {
  Fate fate = Fate::Kept;
  EventId at;
  EntityId handle; ///< which has the thread by then
};

/// Walks the ways from one spawn to the first loss of its handle.
class Ways {
public:
  Ways(const Facts& facts, FunctionId id, EventId spawn)
      : facts_(facts), id_(id), function_(facts.program()[id]), spawn_(spawn) {
    const Path& path = facts.path(function_.events[spawn.value].path);
    handle_ = path.entity;
    many_ = std::ranges::any_of(path.steps, [](const model::Step& s) { return s.kind == StepKind::Index; });
  }

  Loss run() {
    for (std::size_t b = 0; b < function_.blocks.size(); ++b) {
      const std::vector<EventId>& events = function_.blocks[b].events;
      const auto at = std::ranges::find(events, spawn_);
      if (at == events.end()) continue;
      State start{BlockId(b), handle_, many_, {}};
      decidedBefore(start);
      follow(std::move(start), static_cast<std::size_t>(at - events.begin()) + 1);
      break;
    }
    while (!work_.empty() && loss_.fate != Fate::Ended && loss_.fate != Fate::Overwritten) {
      State next = std::move(work_.back());
      work_.pop_back();
      if (++steps_ > kMaxSteps) return {};
      follow(std::move(next), 0);
    }
    return loss_;
  }

private:
  using Decisions = std::map<std::uint64_t, bool>;
  struct State {
    BlockId block;
    EntityId handle;
    bool many = false;
    Decisions decisions;
    auto operator<=>(const State&) const = default;
  };

  static std::uint64_t keyOf(const Condition& condition) {
    return condition.path ? std::uint64_t{1} << 63 | condition.path.value
                          : condition.key & ~(std::uint64_t{1} << 63);
  }

  /// Flags whose tests the spawn stands behind.
  void decidedBefore(State& start) const {
    for (std::size_t b = 0; b < function_.blocks.size(); ++b) {
      const model::Block& block = function_.blocks[b];
      if (block.condition.kind != ConditionKind::Flag || block.successors.size() != 2 || block.condition.path)
        continue;
      const bool by_true = reaches(block.successors[0], start.block, BlockId(b));
      const bool by_false = reaches(block.successors[1], start.block, BlockId(b));
      if (by_true != by_false) start.decisions[keyOf(block.condition)] = by_true != block.condition.negated;
    }
  }

  bool reaches(BlockId from, BlockId to, BlockId barrier) const {
    std::vector<bool> seen(function_.blocks.size(), false);
    std::vector<BlockId> work{from};
    seen[from.value] = true;
    while (!work.empty()) {
      const BlockId block = work.back();
      work.pop_back();
      if (block == to) return true;
      if (block == barrier) continue;
      for (BlockId next : function_.blocks[block.value].successors)
        if (!seen[next.value]) {
          seen[next.value] = true;
          work.push_back(next);
        }
    }
    return false;
  }

  bool names(PathId path, EntityId handle) const { return path && facts_.path(path).entity == handle; }

  /// The event may let other code know the handle, or take its thread.
  bool letsGo(const Event& event, EntityId handle) const {
    if (event.kind == EventKind::Escape) return names(event.path, handle);
    if (event.kind == EventKind::Return) return names(event.value, handle);
    if (event.kind != EventKind::Call && event.kind != EventKind::Spawn) return false;
    if (names(event.receiver, handle)) return true;
    if (event.flags & model::kCallInvokesArguments && event.kind == EventKind::Call) {
      // for_each(threads, [](std::thread& t) { t.join(); })
      for (FunctionId callee :
           facts_.callees(id_, EventId(static_cast<std::size_t>(&event - function_.events.data()))))
        if (std::ranges::any_of(facts_.program()[callee].events, [](const Event& inner) {
              return inner.kind == EventKind::Join || inner.kind == EventKind::Detach;
            }))
          return true;
    }
    return std::ranges::any_of(event.arguments,
                               [&](const model::Argument& argument) { return names(argument.path, handle); });
  }

  void lose(Fate fate, EventId at, EntityId handle) {
    if (loss_.fate == Fate::Kept || fate != Fate::Thrown) loss_ = {fate, at, handle};
  }

  void follow(State state, std::size_t first) {
    const model::Block& block = function_.blocks[state.block.value];
    for (std::size_t i = first; i < block.events.size(); ++i) {
      const EventId at = block.events[i];
      const Event& event = function_.events[at.value];
      switch (event.kind) {
      case EventKind::Join:
      case EventKind::Detach:
        if (names(event.path, state.handle)) return;
        break;
      case EventKind::HandleMove:
        if (names(event.value, state.handle)) {
          if (!event.path || facts_.path(event.path).root != RootKind::Local) return;
          const Path& to = facts_.path(event.path);
          const bool declared = facts_.program()[to.entity].parent == function_.entity;
          if (!declared) return;
          state.handle = to.entity;
          state.many =
              std::ranges::any_of(to.steps, [](const model::Step& s) { return s.kind == StepKind::Index; });
        } else if (names(event.path, state.handle) && !state.many) {
          return lose(Fate::Overwritten, at, state.handle);
        }
        break;
      case EventKind::Spawn:
        if (letsGo(event, state.handle)) return;
        if (names(event.path, state.handle) && !state.many) return lose(Fate::Overwritten, at, state.handle);
        break;
      case EventKind::End:
        if (names(event.path, state.handle)) return lose(Fate::Ended, at, state.handle);
        break;
      case EventKind::Throw: return lose(Fate::Thrown, at, state.handle);
      case EventKind::SetFlag:
        if (event.path) {
          const std::uint64_t key = std::uint64_t{1} << 63 | event.path.value;
          if (event.flags & model::kFlagKnown)
            state.decisions[key] = (event.flags & model::kFlagTrue) != 0;
          else
            state.decisions.erase(key);
        }
        break;
      case EventKind::Call:
        if (letsGo(event, state.handle) || (event.flags & model::kCallNoReturn)) return;
        if (event.flags & model::kCallMayThrow)
          for (FunctionId callee : facts_.callees(id_, at))
            if (facts_.summary(callee).certainly_throws) lose(Fate::Thrown, at, state.handle);
        break;
      default:
        if (letsGo(event, state.handle)) return;
        break;
      }
    }
    for (std::size_t way = 0; way < block.successors.size(); ++way) {
      State next = state;
      next.block = block.successors[way];
      if (block.successors.size() == 2 && !take(block.condition, (way == 0) != block.condition.negated, next))
        continue;
      if (seen_.insert(next).second) work_.push_back(std::move(next));
    }
  }

  /// Whether the branch can come out this way while the handle has its thread.
  bool take(const Condition& condition, bool truth, State& state) const {
    if (condition.kind == ConditionKind::Owns && names(condition.path, state.handle)) return truth;
    if (state.many) // `if (!threads.empty())`: what it means for the threads is not known
      for (EventId read : condition.reads) {
        const Event& event = function_.events[read.value];
        if (names(event.receiver, state.handle) || names(event.path, state.handle)) return false;
      }
    if (condition.kind != ConditionKind::Flag) return true;
    const auto [known, is_new] = state.decisions.try_emplace(keyOf(condition), truth);
    return is_new || known->second == truth;
  }

  const Facts& facts_;
  FunctionId id_;
  const model::Function& function_;
  EventId spawn_;
  EntityId handle_;
  bool many_ = false;
  Loss loss_;
  std::vector<State> work_;
  std::set<State> seen_;
  std::size_t steps_ = 0;
};

class UnjoinedThreads {
public:
  explicit UnjoinedThreads(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) {
    findCared();
    std::set<std::pair<EntityId, FunctionId>> told;
    for (std::size_t f = 0; f < facts_.program().functions.size(); ++f) {
      const FunctionId id{f};
      const model::Function& function = facts_.program()[id];
      if (function.analysis_off || function.in_system_header || facts_.contextsOf(id).empty()) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.kind != EventKind::Spawn || !event.path) continue;
        if (event.flags & (model::kSpawnJoinsAtEnd | model::kSpawnDetached | model::kSpawnPool |
                           model::kSpawnMaybeDetached))
          continue;
        if (!(event.flags & (model::kSpawnMustJoin | model::kSpawnKeepsResources))) continue;
        const ContextId context = reached(id, EventId(e));
        if (!context) continue;
        const Path& path = facts_.path(event.path);
        if (path.widened) continue;
        const EntityId variable = facts_.variable(event.path);
        if ((event.flags & model::kSpawnMustJoin) && path.root == RootKind::Local &&
            std::ranges::none_of(path.steps,
                                 [](const model::Step& s) { return s.kind != StepKind::Index; })) {
          if (!used_elsewhere_.contains(path.entity)) local(context, EventId(e), path.entity, findings);
          continue;
        }
        if (!variable || cared_for_.contains(variable) || used_elsewhere_.contains(variable)) continue;
        if (detachesItself(event.callee) || !told.emplace(variable, FunctionId()).second) continue;
        forgotten(context, EventId(e), variable, findings);
      }
    }
  }

private:
  ContextId reached(FunctionId id, EventId event) const {
    for (ContextId context : facts_.contextsOf(id))
      if (facts_.state({context, event}).reachable) return context;
    return {};
  }

  /// pthread_detach(pthread_self()) in the thread's function: a handle that no variable names.
  bool detachesItself(EntityId entry) const {
    const std::optional<FunctionId> body = entry ? facts_.bodyOf(entry) : std::nullopt;
    return body && std::ranges::any_of(facts_.program()[*body].events, [&](const Event& event) {
             return event.kind == EventKind::Detach &&
                    (!event.path || facts_.path(event.path).root == RootKind::Unknown ||
                     facts_.path(event.path).root == RootKind::Result);
           });
  }

  /// Variables whose thread somebody joins, detaches, moves or may hand on; and locals that lambdas know.
  void findCared() {
    for (const model::Function& function : facts_.program().functions) {
      const auto care = [&](PathId path) {
        if (!path) return;
        if (const EntityId variable = facts_.variable(path)) cared_for_.insert(variable);
        const Path& whole = facts_.path(path);
        if (whole.entity) cared_for_.insert(whole.entity);
        for (const model::Step& step : whole.steps)
          if (step.field) cared_for_.insert(step.field);
      };
      const auto elsewhere = [&](PathId path) {
        if (!path) return;
        const Path& whole = facts_.path(path);
        if (whole.root == RootKind::Local && whole.entity &&
            facts_.program()[whole.entity].parent != function.entity)
          used_elsewhere_.insert(whole.entity);
      };
      for (const Event& event : function.events) {
        if (event.kind == EventKind::Spawn) {
          elsewhere(event.path);
        } else if (event.kind == EventKind::Join || event.kind == EventKind::Detach ||
                   event.kind == EventKind::HandleMove || event.kind == EventKind::Escape) {
          care(event.path);
          care(event.value);
          elsewhere(event.path);
          elsewhere(event.value);
          continue;
        }
        if (event.kind == EventKind::Call || event.kind == EventKind::Spawn)
          for (const model::Argument& argument : event.arguments) {
            care(argument.path);
            elsewhere(argument.path);
          }
      }
    }
  }

  void local(ContextId context, EventId spawn, EntityId handle, std::vector<Finding>& findings) {
    const FunctionId id = facts_.context(context).function;
    const model::Function& function = facts_.program()[id];
    const Loss loss = Ways(facts_, id, spawn).run();
    if (loss.fate == Fate::Kept) return;
    const Event& event = function.events[loss.at.value];
    const std::string name = quoted(entityName(facts_, loss.handle));
    Finding finding;
    finding.rule = "racecourse-unjoined-thread";
    finding.severity = Severity::Warning;
    finding.place = function.events[spawn.value].place;
    std::string last;
    switch (loss.fate) {
    case Fate::Overwritten:
      finding.message = name + " is given another thread in " + quoted(functionName(facts_, id)) +
                        " while it still has one, which ends the program";
      last = name + " is assigned here, with a thread that nobody joined or detached";
      break;
    case Fate::Thrown:
      finding.message = "an exception in " + quoted(functionName(facts_, id)) + " destroys " + name +
                        " before its thread is joined, which ends the program";
      last = event.kind == EventKind::Throw ? "throws here" : "calls something that throws here";
      break;
    default:
      finding.message = name + " is destroyed in " + quoted(functionName(facts_, id)) +
                        " while it still has its thread, which ends the program";
      last = name + " ends here, on a way on which nobody joined or detached its thread";
      break;
    }
    finding.confidence = loss.fate != Fate::Thrown        ? Confidence::High
                         : event.kind == EventKind::Throw ? Confidence::Medium
                                                          : Confidence::Low;
    if (loss.fate == Fate::Thrown && event.kind != EventKind::Throw) finding.confidence = Confidence::Medium;
    if (finding.confidence == Confidence::High && !facts_.notes(id).empty())
      finding.confidence = Confidence::Medium;
    Trace trace = facts_.trace({context, spawn},
                               "starts the thread of " + quoted(entityName(facts_, handle)) + " here");
    trace.steps.push_back({event.place, last, {}});
    finding.traces.push_back(std::move(trace));
    finding.notes.push_back("false if that way through the function is never taken");
    addImprecision(facts_, {context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, handle) + "|" + functionName(facts_, id) +
                       "|" + std::to_string(static_cast<int>(loss.fate));
    findings.push_back(std::move(finding));
  }

  /// A member, a global, or a handle that ends nothing: nobody in the program cares for it.
  void forgotten(ContextId context, EventId spawn, EntityId variable, std::vector<Finding>& findings) {
    const model::Unit& program = facts_.program();
    const FunctionId id = facts_.context(context).function;
    const Event& event = program[id].events[spawn.value];
    const model::Entity& entity = program[variable];
    const bool terminates = (event.flags & model::kSpawnMustJoin) != 0;
    if (terminates && entity.kind != EntityKind::Field && entity.kind != EntityKind::Global &&
        entity.kind != EntityKind::StaticLocal)
      return;
    if (!terminates && entity.kind == EntityKind::Parameter) return;
    if (entity.is_pointer ||
        (terminates && entity.kind == EntityKind::Field && destructorUnseen(entity.parent)))
      return;
    const std::string name = quoted(entityName(facts_, variable));
    Finding finding;
    finding.rule = "racecourse-unjoined-thread";
    // The only name of the thread ends with its function; a longer life may know more ways.
    finding.confidence =
        terminates || entity.kind == EntityKind::Local ? Confidence::Medium : Confidence::Low;
    finding.place = event.place;
    if (terminates) {
      finding.severity = Severity::Warning;
      finding.message =
          "the thread of " + name + " is never joined or detached: destroying its handle ends the program";
    } else {
      finding.severity = Severity::Note;
      finding.message =
          "the thread of " + name +
          " is neither joined nor detached: what it used is kept until the process ends, and the end of "
          "`main` kills it wherever it is";
    }
    finding.traces.push_back(facts_.trace({context, spawn}, "starts the thread of " + name + " here"));
    finding.notes.push_back("false if code outside the program that was checked joins it");
    if (addImprecision(facts_, {context}, finding.notes) && terminates)
      finding.confidence = Confidence::Medium;
    finding.identity =
        finding.rule + "|" + entityName(facts_, variable) + "|" + functionName(facts_, id) + "|forgotten";
    findings.push_back(std::move(finding));
  }

  bool destructorUnseen(EntityId type) const {
    return std::ranges::any_of(facts_.program().functions, [&](const model::Function& function) {
      return function.is_destructor && function.this_type == type && function.blocks.empty();
    });
  }

  const Facts& facts_;
  std::set<EntityId> cared_for_;
  std::set<EntityId> used_elsewhere_;
};

} // namespace

void findUnjoinedThreads(const Facts& facts, std::vector<Finding>& findings) {
  UnjoinedThreads(facts).run(findings);
}

} // namespace racecourse::analysis
