// order_graph: the lock-order graph of a linked program as a value that can be shown: every lock, every "waits for B while
// holding A" with the ways to it, and every cycle: those that the rule reports, and those that it does not, with what
// keeps their threads apart. Nothing is dropped in silence; where a limit cuts something off, the value says so.
//
// orderGraph() is the whole; buildOrderGraph() its abstract half, which knows no paths, threads or text. Pure, and
// deterministic in the order of its input; the result owns its memory. Cost: a trace per shown witness, and an
// enumeration of cycles that CycleLimits bounds. For those who ask for a graph; solve() does without.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/analysis/lock_order_cycles.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace racecourse::analysis {

class Facts;

/// What keeps two waits of a cycle from blocking each other.
enum class Obstacle : std::uint8_t {
  None,
  OneThread,       ///< only one thread ever does both
  CreateJoinOrder, ///< one is over before the other can begin
  GateLock,        ///< another lock, held at both, excludes them
  ReadersOnly,     ///< the holder shares with the one that waits
  OtherObjects,    ///< what one wants is never what the other holds
  OwnerOrder,      ///< an owner before its parts, always
  IdentityOrder,   ///< compared by address or id first
};

struct OrderGraph {
  struct Lock {
    std::string name;         ///< a proved object, or the variable all its objects share
    model::EntityId variable; ///< its declaration
  };
  struct Witness {
    model::Mode held = model::Mode::Exclusive;
    model::Mode wanted = model::Mode::Exclusive;
    std::vector<HeldMode> gates; ///< what else was surely held, sorted
    Trace trace;
    model::Place held_at;   ///< where `from` was acquired; may be unknown
    model::Place wanted_at; ///< where `to` is acquired
    auto operator<=>(const Witness&) const = default;
  };
  struct Edge {
    OrderNode from = 0;
    OrderNode to = 0;
    std::size_t witness_count = 0;  ///< of all; at least as many as are shown
    std::vector<Witness> witnesses; ///< no two equal; those of reported cycles first
  };
  struct Cycle {
    std::vector<std::size_t> edges;  ///< indices, in cycle order, smallest lock first
    std::vector<Obstacle> obstacles; ///< sorted; empty: the threads can block each other
    bool reported =
        false; ///< there is a finding of its own; else, without obstacles, its edges stand in others
    Confidence confidence = Confidence::Medium; ///< of the finding
  };
  std::vector<Lock> locks; ///< by OrderNode
  std::vector<Edge> edges; ///< by (from, to)
  std::vector<Cycle> cycles;
  bool cycles_complete = true; ///< false: a limit was hit, there may be more
};

/// A cycle of the rule: one witness per edge.
struct ReportedCycle {
  std::vector<std::size_t> witnesses;
  Confidence confidence = Confidence::Medium;
};

struct OrderGraphQuestions {
  /// What besides gates and modes keeps two threads from being at these two witnesses; symmetric.
  std::function<Obstacle(std::size_t, std::size_t)> obstacle;
  /// Thread, steps and places of a witness; the rest of it is filled from its OrderWitness.
  std::function<OrderGraph::Witness(std::size_t)> way;
};

OrderGraph buildOrderGraph(std::vector<OrderGraph::Lock> locks, std::span<const OrderWitness> witnesses,
                           std::span<const ReportedCycle> reported, const OrderGraphQuestions& questions,
                           const CycleLimits& limits = {});

OrderGraph orderGraph(const Facts& facts);

} // namespace racecourse::analysis
