// Flow: one pass over every function, callees first, each alone (no context). For every event the state just before it
// (local_state.h), and per function a summary of what a call to it does. Wrapper roles (lock functions, guard-returning
// functions, guard classes, thread starters) are nothing special: they are summaries that are not empty.
//
// Pure function of the program. Functions which touch no lock, guard, thread or fresh object, directly or through
// summaries, get no fixpoint and share one constant state. Cost: events × disjuncts, with few rounds per loop.
#pragma once

#include "checker/analysis/call_graph.h"
#include "checker/analysis/facts.h"
#include "checker/analysis/local_state.h"
#include "checker/analysis/path_table.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace racecourse::analysis {

struct SpawnSite {
  model::FunctionId function;
  model::EventId event;
};

/// A lock effect and, when a guard object of the callee's (a member, say) will release it, that guard.
struct Effect {
  LockEffect lock;
  model::PathId guard;
  auto operator<=>(const Effect&) const = default;
};

/// What a function returns, if always the same: the path and how the returned value relates to it.
struct ReturnAlias {
  model::PathId path;
  model::ValueKind kind = model::ValueKind::None;
  bool fresh = false; ///< nobody else can reach it yet
  auto operator<=>(const ReturnAlias&) const = default;
};

/// A function that returns a guard: the locks it holds then.
struct ReturnedGuard {
  std::vector<model::PathId> locks;
  model::Mode mode = model::Mode::Exclusive;
  bool always = true; ///< else perhaps (a try)
  auto operator<=>(const ReturnedGuard&) const = default;
};

/// `field` of the object holds or names what `argument` says from here on (constructors, mostly).
struct StoredAlias {
  model::PathId target; ///< a reference field, or a pointer field with Deref appended
  model::PathId value;
  auto operator<=>(const StoredAlias&) const = default;
};

struct FlowSummary {
  Summary facts;               ///< effects, sections and flags as the rules see them
  std::vector<Effect> effects; ///< as facts.effects, with guards
  std::optional<ReturnAlias> returns;
  std::optional<ReturnedGuard> guard;
  std::vector<StoredAlias> stores;
  std::vector<LiveEntry> live;      ///< threads that may still run when it returns; handles in own terms
  std::vector<model::PathId> joins; ///< handles joined, own terms
  std::uint64_t invokes = 0;        ///< parameters (by index) that it calls, now
  std::uint64_t escapes = 0;        ///< bit 0: This, bit i + 1: parameter i: handed to code that may keep it
  bool never_returns = false;       ///< every way ends in a call that does not return (not for endless loops)
  bool plain = true;                ///< a call changes nothing the flow tracks
  bool operator==(const FlowSummary& other) const;
};

struct ExitRecord {
  model::BlockId block;
  bool by_throw = false;
  std::uint32_t state = 0;
};

struct FunctionFlow {
  static constexpr std::uint32_t kUnreachable = ~0u;
  std::vector<LocalState> states;            ///< empty: the empty state everywhere
  std::vector<std::uint32_t> state_of_event; ///< empty: state 0 everywhere
  std::vector<ExitRecord> exits;             ///< empty with no states: every block without successors
  std::vector<StoredAlias> stored;           ///< what members of objects made here refer to
  std::vector<bool> dying; ///< by event: only on ways to a call that does not return; empty: none
  bool capped = false;

  bool isDying(model::EventId e) const { return !dying.empty() && dying[e.value]; }
  std::uint32_t stateIndex(model::EventId e) const {
    return state_of_event.empty() ? 0 : state_of_event[e.value];
  }
};

struct Flows {
  explicit Flows(const model::Unit& unit) : paths(unit.paths) {}
  PathTable paths;
  std::vector<SpawnSite> spawn_sites; ///< by function, event
  std::vector<FlowSummary> summaries;
  std::vector<FunctionFlow> flows;
  std::vector<std::pair<model::FunctionId, std::string>> notes;
  std::vector<model::FunctionId> cut_components; ///< one function of each recursive group that did not settle

  const LocalState& state(model::FunctionId f, std::uint32_t index) const;
  std::uint32_t spawnSite(model::FunctionId f, model::EventId e) const;
};

Flows analyseFlows(const model::Unit& unit, const CallGraph& graph, const Options& options);

/// A callee's path in its caller's terms at a Call or Spawn event; none when it cannot be said there.
model::PathId translatePath(const model::Unit& unit, const CallGraph& graph, PathTable& paths,
                            const model::Function& caller, const model::Event& call,
                            const model::Function& callee, model::PathId path);

/// `inner` is `entity` or a lambda somewhere inside it.
bool standsIn(const model::Unit& unit, const CallGraph& graph, model::EntityId inner, model::EntityId entity);

/// The path with what is known about results of calls and stored references put in its place.
model::PathId canonicalPath(const model::Unit& unit, const CallGraph& graph, Flows& flows,
                            model::FunctionId f, model::PathId path);

/// A thread handle without trailing Deref and any-element steps: containers and pointers of handles stand for them.
model::PathId handlePath(PathTable& paths, model::PathId path);

/// What `rest` of a Result-rooted path names, given what the callee returns (already in the caller's terms).
model::Path applyReturn(const model::Unit& unit, const model::Path& returned, model::ValueKind kind,
                        const std::vector<model::Step>& rest);

} // namespace racecourse::analysis
