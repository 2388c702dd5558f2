#include "checker/analysis/atomicity_candidates.h"

#include <algorithm>

namespace racecourse::analysis {

using model::AccessKind;
using model::AtomicOp;
using model::BlockId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::PathId;
using model::TypeClass;

namespace {

/// Calls with more sections than this are hubs (a command loop, a dispatcher): what they write says nothing about a test
/// beside them.
constexpr std::size_t max_sections_of_call = 24;

bool contains(const std::vector<EventId>& list, EventId event) {
  return std::find(list.begin(), list.end(), event) != list.end();
}

} // namespace

AtomicityCandidates::AtomicityCandidates(const Facts& facts, model::FunctionId function)
    : facts_(facts), id_(function), function_(facts.program()[function]), shape_(function_) {
  collectUses();
  collectPairs();
}

void AtomicityCandidates::collectUses() {
  for (std::size_t i = 0; i < function_.events.size(); ++i) {
    const Event& event = function_.events[i];
    const EventId at{i};
    if (!shape_.blockOf(at)) continue;
    if (event.kind == EventKind::Access) {
      const bool plain = event.type_class == TypeClass::Plain;
      const bool atomic = event.type_class == TypeClass::Atomic;
      if ((!plain && !atomic) || event.access == AccessKind::AddressTaken || event.initialises) continue;
      // One indivisible update is what the rule asks for.
      if (atomic && event.atomic != AtomicOp::Load && event.atomic != AtomicOp::Store) continue;
      uses_.push_back({.at = at,
                       .variable = event.path,
                       .write = event.access != AccessKind::Read,
                       .update = event.access == AccessKind::ReadWrite,
                       .atomic = atomic});
      continue;
    }
    if (event.kind != EventKind::Call) continue;
    if (event.receiver && (event.flags & model::kCallContainerTest)) {
      uses_.push_back({.at = at, .variable = event.receiver, .container_test = true});
    } else if (event.receiver) {
      const model::EntityId variable = facts_.variable(event.receiver);
      if (variable && facts_.program()[variable].type_class == TypeClass::Synchroniser) {
        uses_.push_back({.at = at, .variable = event.receiver, .write = true, .synchroniser = true});
      }
    }
    for (model::FunctionId callee : facts_.callees(id_, at)) {
      const std::vector<SectionUse>& sections = facts_.summary(callee).sections;
      if (sections.size() > max_sections_of_call) continue;
      for (const SectionUse& section : sections) {
        if (!section.write && !section.returned) continue;
        const PathId variable = facts_.translate(id_, at, callee, section.variable);
        const PathId lock = facts_.translate(id_, at, callee, section.lock);
        if (!variable || !lock) continue;
        uses_.push_back({.at = at,
                         .variable = variable,
                         .inner_lock = lock,
                         .callee = callee,
                         .inside = section,
                         .write = section.write,
                         .container_test = section.container_test});
      }
    }
  }
}

bool AtomicityCandidates::maybeShared(PathId variable) const {
  const std::span<const ContextId> contexts = facts_.contextsOf(id_);
  return std::any_of(contexts.begin(), contexts.end(),
                     [&](ContextId context) { return facts_.maybeShared(context, variable); });
}

void AtomicityCandidates::collectPairs() {
  std::vector<const VariableUse*> acts;
  for (const VariableUse& use : uses_) {
    if (use.write && maybeShared(use.variable)) acts.push_back(&use);
  }
  if (acts.empty()) return;
  for (const VariableUse& check : uses_) {
    if (check.write && !check.update) continue;
    if (check.synchroniser) continue;
    for (const VariableUse* act : acts) {
      if (act->at == check.at || !covers(check.variable, act->variable)) continue;
      if (contains(function_.events[act->at.value].inputs, check.at) && storesArgument(*act)) {
        addPair(check, *act, BlockId());
      }
      for (std::size_t block = 0; block < function_.blocks.size(); ++block) {
        const model::Condition& condition = function_.blocks[block].condition;
        if (condition.kind != model::ConditionKind::Locked && contains(condition.reads, check.at)) {
          addPair(check, *act, BlockId(block));
        }
      }
    }
  }
}

/// What goes into a call is what it stores, if it stores anything plainly: `setLevel(level() + 1)`, and not `add(level())`.
bool AtomicityCandidates::storesArgument(const VariableUse& act) const {
  if (!act.callee) return true;
  const Event& inner = facts_.program()[act.callee].events[act.inside.at.value];
  return inner.kind == EventKind::Access && inner.access == AccessKind::Write;
}

void AtomicityCandidates::addPair(const VariableUse& check, const VariableUse& act, BlockId branch) {
  CheckThenAct pair{.check = check, .act = act, .branch = branch, .by_data = !branch};
  if (branch) {
    const std::optional<unsigned> side = shape_.sideOf(branch, shape_.blockOf(act.at));
    if (!side) return;
    pair.in_loop = shape_.staysInLoop(branch, *side);
    pair.after_loop = shape_.staysInLoop(branch, 1 - *side);
    pair.bare = decidesOnlyAct(branch, *side, act);
  } else if (!shape_.follows(check.at, act.at)) {
    return;
  }
  pairs_.push_back(pair);
}

bool AtomicityCandidates::governs(const VariableUse& use, const VariableUse& act) const {
  for (std::size_t block = 0; block < function_.blocks.size(); ++block) {
    if (contains(function_.blocks[block].condition.reads, use.at) &&
        shape_.sideOf(BlockId(block), shape_.blockOf(act.at))) {
      return true;
    }
  }
  return false;
}

bool AtomicityCandidates::covers(PathId whole, PathId part) const {
  if (whole == part) return true;
  const model::Path& outer = facts_.path(whole);
  const model::Path& inner = facts_.path(part);
  if (outer.root != inner.root || outer.entity != inner.entity || outer.site != inner.site) return false;
  if (inner.steps.size() <= outer.steps.size() || outer.widened || inner.widened) return false;
  if (!std::equal(outer.steps.begin(), outer.steps.end(), inner.steps.begin())) return false;
  return inner.steps[outer.steps.size()].kind == model::StepKind::Index;
}

bool AtomicityCandidates::decidesOnlyAct(BlockId branch, unsigned side, const VariableUse& act) const {
  for (std::size_t i = 0; i < function_.blocks.size(); ++i) {
    const BlockId block{i};
    if (shape_.sideOf(branch, block) != side) continue;
    for (EventId event : function_.blocks[i].events) {
      const EventKind kind = function_.events[event.value].kind;
      const bool silent = event == act.at || kind == EventKind::Probe || kind == EventKind::Acquire ||
                          kind == EventKind::Release || kind == EventKind::GuardCreate ||
                          kind == EventKind::GuardDestroy;
      if (!silent) return false;
    }
  }
  return true;
}

} // namespace racecourse::analysis
