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
        add(event.path, {.announces = event.atomic != AtomicOp::Load,
                         .awaits = event.atomic != AtomicOp::Store,
                         .by_outcome = true});
      }
      break;
    case EventKind::Wait: add(event.path, {.awaits = true}); break;
    case EventKind::Notify: add(event.path, {.announces = true}); break;
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
        add(event.receiver, {.announces = !event.arguments.empty(), .awaits = event.arguments.empty()});
      }
      break;
    }
    default: break;
    }
  }
  return uses;
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
  if (!use.by_outcome) return shape.follows(use.at, event);
  for (std::size_t i = 0; i < function.blocks.size(); ++i) {
    const std::vector<EventId>& reads = function.blocks[i].condition.reads;
    if (std::find(reads.begin(), reads.end(), use.at) == reads.end()) continue;
    const std::optional<unsigned> side = shape.sideOf(model::BlockId(i), shape.blockOf(event));
    if (side && !shape.staysInLoop(model::BlockId(i), *side)) return true;
  }
  return false;
}

const std::vector<EntityId>& Handover::around(Point point, bool announced) {
  const auto [entry, is_new] = around_.try_emplace({point, announced});
  std::vector<EntityId>& found = entry->second;
  if (!is_new) return found;
  while (point.context && point.event) {
    const Context& context = facts_.context(point.context);
    const model::Function& function = facts_.function(point.context);
    const Inside& here = inside(context.function);
    for (const Use& use : here.uses) {
      const bool counts = announced ? use.announces && here.shape->follows(point.event, use.at)
                                    : use.awaits && gates(function, *here.shape, use, point.event);
      if (counts) found.push_back(use.variable);
    }
    const bool at_entry = !context.caller || facts_.context(context.caller).thread != context.thread;
    point = at_entry ? Point{} : Point{context.caller, context.call};
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

EntityId Handover::between(Point a, Point b) {
  const std::vector<EntityId>& after_a = around(a, true);
  const std::vector<EntityId>& after_b = around(b, true);
  if (after_a.empty() && after_b.empty()) return {};
  const std::vector<EntityId>& before_a = around(a, false);
  const std::vector<EntityId>& before_b = around(b, false);
  const auto has = [](const std::vector<EntityId>& list, EntityId id) {
    return std::binary_search(list.begin(), list.end(), id);
  };
  const auto announcedBy = [&](const auto& after_x, const auto& before_y, const auto& after_y,
                               const auto& before_x) {
    for (EntityId id : after_x) {
      if (!has(before_y, id)) continue;
      const bool both_ways = has(after_y, id) && has(before_x, id);
      if (both_ways && facts_.program()[id].lock == LockKind::Semaphore) continue;
      return id;
    }
    return EntityId();
  };
  if (const EntityId found = announcedBy(after_a, before_b, after_b, before_a)) return found;
  return announcedBy(after_b, before_a, after_a, before_b);
}

} // namespace racecourse::analysis
