// Transfer: what one event does to a LocalState, and what a finished function's flow means for its callers. Private to
// the flow step (flow.cpp); knows nothing of blocks, order or contexts. One per function being solved, one thread.
#pragma once

#include "checker/analysis/flow.h"

#include <functional>
#include <unordered_map>

namespace racecourse::analysis {

struct FlowContext {
  const model::Unit& unit;
  const CallGraph& graph;
  Flows& flows;
  unsigned max_disjuncts;
  std::vector<model::FunctionId> contracts; ///< by entity: the declaration that carries trusted annotations
  /// Of lambdas: roots of the enclosing functions that its body (and lambdas in it) names.
  std::unordered_map<std::uint32_t, std::vector<model::PathId>> mentions;
};

class Transfer {
public:
  Transfer(FlowContext& context, model::FunctionId f);
  /// Some event changes the state; otherwise the entry state (empty) holds everywhere.
  bool needsFixpoint() const { return needs_fixpoint_; }
  LocalState entryState();
  bool changes(model::EventId e) const;
  /// Replaces `states` by those after the event. Empty afterwards: nothing comes after.
  void apply(model::EventId e, std::vector<LocalState>& states);
  /// Narrows a state to one side of a branch; false: that side is not taken in this state.
  bool refine(const model::Condition& condition, bool successor_true, LocalState& state);

private:
  void scan();
  model::PathId canonical(model::PathId path);
  std::vector<model::PathId> lockPaths(const model::Event& event);
  model::PathId rootOf(model::PathId path);
  void escapeRoot(LocalState& state, model::PathId path);
  void escapeCallable(LocalState& state, model::EntityId callable);
  void acquireGuard(LocalState& state, GuardEntry& guard, model::EventId e);
  /// Splits every state in two: `succeed` is applied to the one where the acquisition at `e` succeeded.
  void fork(std::vector<LocalState>& states, model::EventId e,
            const std::function<void(LocalState&)>& succeed);
  void applyCall(model::EventId e, std::vector<LocalState>& states);
  void applyEffect(LocalState& state, const Effect& effect, model::EventId e);
  void applyThreads(LocalState& state, const model::Event& event, const CallSite& site);
  void findReturnedHandles();
  void joinHandle(LocalState& state, const model::Event& event);
  std::vector<Effect> callEffects(const model::Event& event, const CallSite* site);
  std::vector<Effect> contractEffects(const model::Event& event);

  FlowContext& context_;
  model::FunctionId id_;
  const model::Function& function_;
  model::PathId returned_guard_; ///< stands for the guard object that the function returns
  bool needs_fixpoint_ = false;
  std::vector<bool> changes_;
  std::vector<model::EventId> returned_handles_; ///< HandleMoves of what the function returns
  std::vector<model::PathId> consumed_results_;  ///< call results that a guard event names; sorted
  std::unordered_map<std::uint32_t, model::PathId> canonical_;
};

/// What a call to a solved function does.
FlowSummary summarise(FlowContext& context, model::FunctionId f);

/// Roots that a lambda's body names from outside itself.
const std::vector<model::PathId>& mentionedRoots(FlowContext& context, model::FunctionId lambda);

/// The path that stands for the guard object, or the handle of a thread, that a function returns.
model::PathId returnedGuardPath(PathTable& paths, const model::Function& function);

} // namespace racecourse::analysis
