// lock_order_cycles: the abstract half of the lock-order rule. In: edges "holds `from`, waits for `to`" with what else
// was held, each a witness of the caller. Out: the cycles that can really block, each with one witness per edge.
// Knows no paths, threads or text; whether two witnesses can be at their waits together is asked back through a function.
//
// Pure, deterministic in the order of `witnesses`. The result owns its memory. Cost: near-linear when the order is
// consistent (an incremental topological order finds nothing); the enumeration inside a knot is capped by CycleLimits.
#pragma once

#include "checker/model/unit.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace racecourse::analysis {

/// A lock of the order graph, numbered densely by the caller from 0.
using OrderNode = std::uint32_t;

struct HeldMode {
  OrderNode lock = 0;
  model::Mode mode = model::Mode::Exclusive;
  auto operator<=>(const HeldMode&) const = default;
};

/// One way in which one thread waits for `to` while it holds `from`.
struct OrderWitness {
  OrderNode from = 0;
  OrderNode to = 0;
  model::Mode held = model::Mode::Exclusive;   ///< how `from` is held
  model::Mode wanted = model::Mode::Exclusive; ///< how `to` is wanted
  std::vector<HeldMode> gates;                 ///< the other locks surely held meanwhile, sorted
};

/// Whether one of the two keeps the other out.
bool excludes(model::Mode a, model::Mode b);

/// Some lock is held at both waits in modes that exclude each other, so the two cannot be reached together. `ignored`: the
/// lock of a self-edge, whose two holders hold different instances.
bool gated(const OrderWitness& a, const OrderWitness& b, OrderNode ignored);

struct CycleLimits {
  std::size_t max_length = 5;     ///< edges in a cycle
  std::size_t max_per_knot = 32;  ///< cycles per strongly connected component
  std::size_t max_steps = 50'000; ///< edges walked per strongly connected component
  std::size_t max_witnesses = 24; ///< witnesses tried per pair of locks, the first ones
};

struct OrderCycle {
  /// Indices into the witnesses, in cycle order, the smallest lock first: witness i waits for what i + 1 holds. A
  /// class-level lock with itself (two instances, both orders) gives two witnesses, perhaps twice the same one.
  std::vector<std::size_t> witnesses;
  /// Which of them goes against the order that the better witnessed edges of the program keep.
  std::size_t exception = 0;
  std::size_t length() const { return witnesses.size(); }
};

struct CycleSearch {
  std::vector<OrderCycle> cycles; ///< shortest first, then by locks
  bool capped = false;            ///< some limit was hit: there may be more
};

/// `overlap(a, b)`: two threads can be at witnesses a and b (indices) at the same time; symmetric; a == b asks whether
/// two threads can be at the same witness. A cycle is given only if its witnesses overlap pairwise, no two of them
/// hold a lock that excludes the other (gate), and at each lock the holder really blocks the waiter (not both shared).
/// A cycle whose every edge already stands in a shorter reported one is left out.
CycleSearch findCycles(std::span<const OrderWitness> witnesses, std::size_t nodes,
                       const std::function<bool(std::size_t, std::size_t)>& overlap,
                       const CycleLimits& limits = {});

} // namespace racecourse::analysis
