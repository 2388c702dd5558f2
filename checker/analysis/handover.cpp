// The chain of a point: the access in its function, the call that led there in the caller, up to the thread's entry. A
// variable is announced after the point if, in some function of the chain, an announcing use can follow the chain's event;
// it is awaited before if a waiting use governs it. An atomic load waits only for what its outcome decides, and not for
// the body of the loop it controls: `while (!done) work();` is a stop flag, and work() does not wait for it. A counting semaphore that both
// sides take before and give back after is a (leaky) lock and hands nothing over.
#include "checker/analysis/handover.h"

#include <algorithm>

namespace racecourse::analysis {

using model::AtomicOp;
using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::LockKind;
using model::TypeClass;

namespace {

bool isSemaphore(const model::Unit& program, EntityId lock) {
  return lock &&
         (program[lock].lock == LockKind::Semaphore || program[lock].lock == LockKind::BinarySemaphore);
}

} // namespace

std::vector<Handover::Use> Handover::ownUses(model::FunctionId id) const {
  const model::Unit& program = facts_.program();
  const model::Function& function = program[id];
  std::vector<Use> uses;
  for (std::size_t i = 0; i < function.events.size(); ++i) {
    const Event& event = function.events[i];
    const auto add = [&](model::PathId path, Use use) {
      if (!path) return;
      use.variable = facts_.variable(path);
      use.at = EventId(i);
      if (use.variable) uses.push_back(use);
    };
    switch (event.kind) {
    case EventKind::Access:
      if (event.atomic != AtomicOp::None) {
        if (event.flags & model::kAccessRelaxed) break; // orders nothing but itself
        add(event.path, {.announces = event.atomic != AtomicOp::Load,
                         .awaits = event.atomic != AtomicOp::Store,
                         .by_outcome = true});
      } else if (event.type_class == TypeClass::Plain && holdsSomething(id, EventId(i))) {
        // A flag under a lock serves like an atomic one.
        add(event.path, {.announces = event.access != model::AccessKind::Read,
                         .awaits = event.access == model::AccessKind::Read,
                         .by_outcome = true});
      } else if (event.type_class == TypeClass::Plain && event.access == model::AccessKind::Read) {
        // A first look without the lock, under which the other side sets the flag.
        add(event.path, {.awaits = true, .by_outcome = true, .unlocked = true});
      }
      break;
    case EventKind::Wait: add(event.path, {.awaits = true, .on_condition = true}); break;
    case EventKind::Notify:
      if (ofPromise(event.path, "promise"))
        uses.push_back({.variable = promise(), .at = EventId(i), .announces = true});
      else
        add(event.path, {.announces = true});
      break;
    case EventKind::Join:
      if (ofPromise(event.path, "future"))
        uses.push_back({.variable = promise(), .at = EventId(i), .awaits = true});
      break;
    case EventKind::Acquire:
    case EventKind::Release: {
      const bool acquires = event.kind == EventKind::Acquire;
      for (model::PathId lock : event.locks) {
        if (isSemaphore(program, facts_.variable(lock))) {
          add(lock, {.announces = !acquires,
                     .awaits = acquires,
                     .by_outcome = event.flavour != model::Flavour::Blocking});
        }
      }
      break;
    }
    case EventKind::Call: {
      const EntityId variable = event.receiver ? facts_.variable(event.receiver) : EntityId();
      // put(x) announces, get() waits: no model says which member of a queue, latch or future does what.
      if (variable && program[variable].type_class == TypeClass::Synchroniser) {
        // A library's own: what blocks waits, the rest may announce; a barrier does both at once.
        const bool known = (event.flags & model::kCallKnown) != 0;
        const bool blocks = (event.flags & model::kCallBlocking) != 0;
        const std::string_view name = program.text(event.label);
        const bool meets =
            known && blocks &&
            (name.find("barrier") != std::string_view::npos || name.find("arrive") != std::string_view::npos);
        add(event.receiver, {.announces = known ? !blocks || meets : !event.arguments.empty(),
                             .awaits = known ? blocks : event.arguments.empty(),
                             .meets = meets});
      }
      break;
    }
    default: break;
    }
  }
  return uses;
}

/// A promise and its future are two objects; which belongs to which is not followed, so all count as one.
EntityId Handover::promise() const {
  const model::Unit& program = facts_.program();
  for (std::size_t i = 0; i < program.entities.size(); ++i)
    if (program.text(program.entities[i].type_name).find("promise<") != std::string_view::npos)
      return EntityId(i);
  return {};
}

bool Handover::ofPromise(model::PathId id, std::string_view kind) const {
  if (!id) return false;
  const model::Unit& program = facts_.program();
  const model::Path& path = facts_.path(id);
  EntityId variable = facts_.variable(id);
  if (!variable && path.root == model::RootKind::Parameter) variable = path.entity;
  return variable && program.text(program[variable].type_name).find(kind) != std::string_view::npos &&
         promise();
}

bool Handover::holdsSomething(model::FunctionId function, EventId event) const {
  const std::span<const ContextId> contexts = facts_.contextsOf(function);
  return !contexts.empty() && !facts_.lockset(facts_.state({contexts.front(), event}).must).empty();
}

Handover::Inside& Handover::inside(model::FunctionId id) {
  Inside& entry = functions_[id];
  if (entry.shape) return entry;
  const model::Function& function = facts_.program()[id];
  entry.shape = std::make_unique<FlowShape>(function);
  entry.uses = ownUses(id);
  for (std::size_t i = 0; i < function.events.size(); ++i) {
    if (function.events[i].kind != EventKind::Call) continue;
    for (model::FunctionId callee : facts_.callees(id, EventId(i))) {
      const model::Function& body = facts_.program()[callee];
      const FlowShape shape(body);
      for (Use use : ownUses(callee)) {
        // A helper that spins until the outcome is right waits like any blocking call.
        for (std::size_t block = 0; use.by_outcome && block < body.blocks.size(); ++block) {
          const std::vector<EventId>& reads = body.blocks[block].condition.reads;
          if (std::find(reads.begin(), reads.end(), use.at) == reads.end()) continue;
          use.by_outcome =
              !shape.staysInLoop(model::BlockId(block), 0) && !shape.staysInLoop(model::BlockId(block), 1);
        }
        use.at = EventId(i);
        entry.uses.push_back(use);
      }
    }
  }
  std::sort(entry.uses.begin(), entry.uses.end());
  entry.uses.erase(std::unique(entry.uses.begin(), entry.uses.end()), entry.uses.end());
  return entry;
}

/// Must the use have come out right before `event` happens?
bool Handover::gates(const model::Function& function, const FlowShape& shape, const Use& use, EventId event) {
  if (!use.by_outcome) {
    // A wait in a loop that tests first: the test itself has waited for nothing.
    return use.at == event ||
           (use.on_condition ? shape.dominates(use.at, event) : shape.follows(use.at, event));
  }
  for (std::size_t i = 0; i < function.blocks.size(); ++i) {
    const std::vector<EventId>& reads = function.blocks[i].condition.reads;
    if (std::find(reads.begin(), reads.end(), use.at) == reads.end()) continue;
    const std::optional<unsigned> side = shape.sideOf(model::BlockId(i), shape.blockOf(event));
    if (side && !shape.staysInLoop(model::BlockId(i), *side)) return true;
  }
  return false;
}

const std::vector<EntityId>& Handover::around(Point point, Side side, model::FunctionId until) {
  const auto [entry, is_new] = around_.try_emplace({point, side, until});
  std::vector<EntityId>& found = entry->second; // stays in place while the map grows
  if (!is_new || !point.context || !point.event) return found;
  const Context& context = facts_.context(point.context);
  if (context.function == until) return found;
  const model::Function& function = facts_.function(point.context);
  const Inside& here = inside(context.function);
  std::vector<EntityId> all;
  for (const Use& use : here.uses) {
    if (!all.empty() && all.back() == use.variable) continue; // uses are sorted by variable
    bool counts = false;
    switch (side) {
    case Side::Announced: counts = use.announces && here.shape->follows(point.event, use.at); break;
    case Side::AnnouncedBefore: counts = use.announces && here.shape->follows(use.at, point.event); break;
    case Side::Awaited:
      counts = use.awaits && (!use.unlocked || holdsSomething(context.function, point.event)) &&
               gates(function, *here.shape, use, point.event);
      break;
    }
    if (counts) all.push_back(use.variable);
  }
  if (context.caller && facts_.context(context.caller).thread == context.thread) {
    const std::vector<EntityId>& outside = around({context.caller, context.call}, side, until);
    std::vector<EntityId> both;
    std::set_union(all.begin(), all.end(), outside.begin(), outside.end(), std::back_inserter(both));
    all = std::move(both);
  }
  found = std::move(all);
  return found;
}

EntityId Handover::oneWay(Point from, Point to, EntityId except) {
  const std::vector<EntityId>& after = around(from, Side::Announced, {});
  if (after.empty()) return {};
  const std::vector<EntityId>& before = around(to, Side::Awaited, {});
  for (EntityId id : after) {
    if (id == except || !std::binary_search(before.begin(), before.end(), id)) continue;
    if (facts_.program()[id].lock == LockKind::Semaphore) {
      const std::vector<EntityId>& also_before = around(from, Side::Awaited, {});
      const std::vector<EntityId>& also_after = around(to, Side::Announced, {});
      if (std::binary_search(also_before.begin(), also_before.end(), id) &&
          std::binary_search(also_after.begin(), also_after.end(), id)) {
        continue;
      }
    }
    return id;
  }
  return {};
}

bool Handover::samePhase(Point a, Point b, EntityId barrier) {
  const Context& first = facts_.context(a.context);
  if (first.function != facts_.context(b.context).function) return false;
  const Inside& here = inside(first.function);
  std::vector<EventId> meetings;
  for (const Use& use : here.uses)
    if (use.variable == barrier && use.meets) meetings.push_back(use.at);
  if (meetings.empty()) return false;
  return a.event == b.event || here.shape->followsWithout(a.event, b.event, meetings) ||
         here.shape->followsWithout(b.event, a.event, meetings);
}

EntityId Handover::between(Point a, Point b, EntityId variable) {
  for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
    const EntityId found = oneWay(from, to, variable);
    if (!found || samePhase(a, b, found)) continue;
    // What is announced once and for all needs no way back. Anything repeated does: else the giver is already at its
    // next round while the taker is at work. Rounds that begin with the start of the other thread do not count.
    const ThreadRoot& other = facts_.thread(facts_.context(to.context).thread);
    const model::FunctionId spawner =
        other.kind == ThreadRoot::Kind::Spawned ? other.spawner : model::FunctionId();
    const std::vector<EntityId>& earlier = around(from, Side::AnnouncedBefore, spawner);
    if (!std::binary_search(earlier.begin(), earlier.end(), found) || oneWay(to, from, variable))
      return found;
  }
  return {};
}

} // namespace racecourse::analysis
