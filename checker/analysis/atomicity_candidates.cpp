#include "checker/analysis/atomicity_candidates.h"

#include "checker/analysis/transactions.h"

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
      // A queue that locks itself: taking from it waits when somebody else was quicker after `empty()`.
      if (event.type_class == TypeClass::Synchroniser && event.by_library &&
          event.access == AccessKind::ReadWrite) {
        uses_.push_back({.at = at, .variable = event.path, .write = true, .synchroniser = true});
        continue;
      }
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
    }
    for (model::FunctionId callee : facts_.callees(id_, at)) {
      collectQueries(at, callee);
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

/// What a call asks of a table and tells in its result, and what it changes there without asking first.
void AtomicityCandidates::collectQueries(EventId call, model::FunctionId callee) {
  const model::Function& function = facts_.program()[callee];
  const auto table = [&](const Event& event) {
    return event.kind == EventKind::Access && event.type_class == TypeClass::Atomic &&
           isTable(facts_, facts_.path(event.path).entity);
  };
  if (std::ranges::none_of(function.events, table)) return;
  const FlowShape shape(function);
  const auto decidesAbout = [&](EventId ask, EventId what) {
    for (std::size_t b = 0; b < function.blocks.size(); ++b)
      if (contains(function.blocks[b].condition.reads, ask) && shape.sideOf(BlockId(b), shape.blockOf(what)))
        return true;
    return false;
  };
  for (std::size_t e = 0; e < function.events.size(); ++e) {
    const Event& event = function.events[e];
    if (!table(event)) continue;
    bool told = false;  // the answer, by the result
    bool asked = false; // the change, by a question of its own
    for (std::size_t o = 0; o < function.events.size(); ++o) {
      const Event& other = function.events[o];
      if (event.atomic == AtomicOp::Load && other.kind == EventKind::Return && function.events[e].path)
        told |= contains(other.inputs, EventId(e)) || decidesAbout(EventId(e), EventId(o));
      if (event.atomic == AtomicOp::Store && table(other) && other.atomic == AtomicOp::Load &&
          other.path == event.path)
        asked |= decidesAbout(EventId(o), EventId(e));
    }
    if (event.atomic == AtomicOp::Load ? !told : event.atomic != AtomicOp::Store || asked) continue;
    SectionUse inside;
    inside.variable = event.path;
    inside.begin = inside.at = EventId(e);
    inside.write = event.atomic == AtomicOp::Store;
    uses_.push_back({.at = call,
                     .variable = event.path,
                     .callee = callee,
                     .inside = inside,
                     .write = inside.write,
                     .atomic = true});
  }
}

/// Conditions that the answer decides: its reads, and tests of flags that were set on one of its sides.
bool AtomicityCandidates::readsAnswer(const model::Condition& condition, const VariableUse& check) const {
  if (contains(condition.reads, check.at)) return true;
  if (condition.kind != model::ConditionKind::Flag || !condition.path ||
      !isTable(facts_, facts_.path(check.variable).entity))
    return false;
  for (std::size_t e = 0; e < function_.events.size(); ++e) {
    const Event& event = function_.events[e];
    if (event.kind != EventKind::SetFlag || event.path != condition.path || !shape_.blockOf(EventId(e)))
      continue;
    for (std::size_t b = 0; b < function_.blocks.size(); ++b)
      if (contains(function_.blocks[b].condition.reads, check.at) &&
          shape_.sideOf(BlockId(b), shape_.blockOf(EventId(e))))
        return true;
  }
  return false;
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
        if (condition.kind != model::ConditionKind::Locked && readsAnswer(condition, check)) {
          addPair(check, *act, BlockId(block));
        }
      }
    }
  }
}

/// What goes into a call is what it stores, if it stores anything plainly: `setLevel(level() + 1)`, and not `add(level())`.
bool AtomicityCandidates::storesArgument(const VariableUse& act) const {
  if (!act.callee) return true;
  if (isTable(facts_, facts_.path(act.variable).entity))
    return false; // what is stored need not be what was asked
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
      const bool tells_nothing = kind == EventKind::Return && !function_.events[event.value].value &&
                                 function_.events[event.value].inputs.empty();
      const bool silent = event == act.at || tells_nothing || kind == EventKind::Probe ||
                          kind == EventKind::Acquire || kind == EventKind::Release ||
                          kind == EventKind::GuardCreate || kind == EventKind::GuardDestroy;
      if (!silent) return false;
    }
  }
  return true;
}

} // namespace racecourse::analysis
