// The idea: pairs of locks with the same direction are one edge with several witnesses. Edges enter an incremental
// topological order (runtime/lockorder), the best witnessed first; an edge it refuses goes against what most of the
// program does. Refusals exist only inside strongly connected components ("knots"), so only these are enumerated:
// simple cycles by length, smallest lock first, each once. A cycle of locks is a cycle of the program only if one
// witness per edge can be chosen such that all threads can stand at their waits together; the choice is a small
// backtracking search over witnesses.
//
// Invariant: cycles come out shortest first and, within a length, in lexicographic order of their locks; so the
// "every edge already told" test does not depend on anything but the input.
//
// References: Pearce and Kelly 2007 (incremental order, in lockorder); Havelund's GoodLock 2000 and Agarwal, Bensalem et
// al. 2010 for gates and thread segments.
#include "checker/analysis/lock_order_cycles.h"

#include "runtime/lockorder/graph.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace racecourse::analysis {

using model::Mode;

bool excludes(Mode a, Mode b) {
  return a == Mode::Exclusive || b == Mode::Exclusive;
}

bool gated(const OrderWitness& a, const OrderWitness& b, OrderNode ignored) {
  const auto holds = [&](const OrderWitness& witness, HeldMode lock) {
    if (lock.lock == ignored) {
      return false;
    }
    if (witness.from == lock.lock && excludes(witness.held, lock.mode)) {
      return true;
    }
    return std::any_of(witness.gates.begin(), witness.gates.end(), [&](const HeldMode& gate) {
      return gate.lock == lock.lock && excludes(gate.mode, lock.mode);
    });
  };
  if (holds(b, {a.from, a.held})) {
    return true;
  }
  return std::any_of(a.gates.begin(), a.gates.end(), [&](const HeldMode& gate) { return holds(b, gate); });
}

namespace {

struct Edge {
  OrderNode from = 0;
  OrderNode to = 0;
  std::vector<std::size_t> witnesses; ///< indices, ascending
};

class Search {
public:
  Search(std::span<const OrderWitness> witnesses, std::size_t nodes,
         const std::function<bool(std::size_t, std::size_t)>& overlap, const CycleLimits& limits)
      : witnesses_(witnesses), overlap_(overlap), limits_(limits), out_(nodes) {}

  CycleSearch run() {
    groupWitnesses();
    const std::vector<std::vector<OrderNode>> knots = findKnots();
    for (const std::vector<OrderNode>& knot : knots) {
      searchKnot(knot);
    }
    return std::move(result_);
  }

private:
  void groupWitnesses() {
    std::map<std::pair<OrderNode, OrderNode>, std::vector<std::size_t>> pairs;
    for (std::size_t i = 0; i < witnesses_.size(); ++i) {
      pairs[{witnesses_[i].from, witnesses_[i].to}].push_back(i);
    }
    for (auto& [pair, list] : pairs) {
      if (list.size() > limits_.max_witnesses) {
        list.resize(limits_.max_witnesses);
        result_.capped = true;
      }
      out_[pair.first].push_back(edges_.size());
      edges_.push_back({.from = pair.first, .to = pair.second, .witnesses = std::move(list)});
    }
  }

  /// The best witnessed edges settle the order first; what the graph then stores as closing a cycle is the exception. Its
  /// cyclic components are the knots.
  std::vector<std::vector<OrderNode>> findKnots() {
    lockorder::Graph graph;
    std::vector<lockorder::NodeId> ids;
    std::map<lockorder::NodeId, OrderNode> nodes;
    for (OrderNode node = 0; node < out_.size(); ++node) {
      ids.push_back(graph.addNode());
      nodes[ids.back()] = node;
    }
    std::vector<std::size_t> by_weight(edges_.size());
    std::iota(by_weight.begin(), by_weight.end(), std::size_t{0});
    std::sort(by_weight.begin(), by_weight.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(edges_[b].witnesses.size(), a) < std::pair(edges_[a].witnesses.size(), b);
    });
    for (std::size_t edge : by_weight) {
      const lockorder::InsertResult result =
          graph.insertEdge(ids[edges_[edge].from], ids[edges_[edge].to], lockorder::WitnessId(edge));
      if (result.outcome == lockorder::Outcome::Cycle) against_.insert(edge);
    }
    std::vector<std::vector<OrderNode>> knots;
    knot_of_.assign(out_.size(), no_knot);
    for (const auto& component : graph.cyclicComponents()) {
      std::vector<OrderNode> knot;
      for (lockorder::NodeId id : component) {
        knot.push_back(nodes[id]);
        knot_of_[knot.back()] = knots.size();
      }
      std::sort(knot.begin(), knot.end());
      knots.push_back(std::move(knot));
    }
    return knots;
  }

  void searchKnot(const std::vector<OrderNode>& knot) {
    steps_ = 0;
    found_ = 0;
    for (OrderNode node : knot) {
      searchSelf(node);
    }
    if (knot.size() < 2) {
      return;
    }
    const std::size_t longest = std::min(limits_.max_length, knot.size());
    for (std::size_t length = 2; length <= longest; ++length) {
      for (OrderNode start : knot) {
        path_.clear();
        extend(start, start, length);
        if (found_ >= limits_.max_per_knot || steps_ > limits_.max_steps) {
          result_.capped = true;
          return;
        }
      }
    }
    if (knot.size() > limits_.max_length) {
      result_.capped = true;
    }
  }

  /// A class-level lock taken while another instance of it is held: two threads with the roles exchanged block.
  void searchSelf(OrderNode node) {
    for (std::size_t edge : out_[node]) {
      if (edges_[edge].to != node) {
        continue;
      }
      const std::vector<std::size_t>& list = edges_[edge].witnesses;
      for (std::size_t i = 0; i < list.size(); ++i) {
        for (std::size_t j = i; j < list.size(); ++j) {
          const OrderWitness& a = witnesses_[list[i]];
          const OrderWitness& b = witnesses_[list[j]];
          if (excludes(a.held, b.wanted) && excludes(b.held, a.wanted) && !gated(a, b, node) &&
              overlap_(list[i], list[j])) {
            result_.cycles.push_back({.witnesses = {list[i], list[j]}, .exception = 1});
            told_.insert(edge);
            ++found_;
            return;
          }
        }
      }
    }
  }

  /// Depth-first over edges of one knot, never below the start (so every cycle is met once) and never twice through a
  /// lock. path_ holds the edges so far.
  void extend(OrderNode start, OrderNode node, std::size_t length) {
    for (std::size_t edge : out_[node]) {
      if (++steps_ > limits_.max_steps || found_ >= limits_.max_per_knot) {
        return;
      }
      const OrderNode target = edges_[edge].to;
      if (target < start || target == node || knot_of_[target] != knot_of_[start]) {
        continue;
      }
      path_.push_back(edge);
      if (target == start) {
        if (path_.size() == length) {
          judge();
        }
      } else if (path_.size() < length && !onPath(target)) {
        extend(start, target, length);
      }
      path_.pop_back();
    }
  }

  bool onPath(OrderNode node) const {
    return std::any_of(path_.begin(), path_.end() - 1,
                       [&](std::size_t edge) { return edges_[edge].to == node; });
  }

  void judge() {
    if (std::all_of(path_.begin(), path_.end(), [&](std::size_t edge) { return told_.contains(edge); })) {
      return;
    }
    chosen_.clear();
    if (!choose(0)) {
      return;
    }
    OrderCycle cycle{.witnesses = chosen_, .exception = path_.size() - 1};
    for (std::size_t i = path_.size(); i-- > 0;) {
      if (against_.contains(path_[i])) cycle.exception = i;
    }
    result_.cycles.push_back(std::move(cycle));
    told_.insert(path_.begin(), path_.end());
    ++found_;
  }

  /// Picks a witness for edge `position` of the path that can stand beside all those chosen before.
  bool choose(std::size_t position) {
    if (position == path_.size()) {
      return true;
    }
    for (std::size_t candidate : edges_[path_[position]].witnesses) {
      if (++steps_ > limits_.max_steps) {
        return false;
      }
      if (!fits(candidate, position)) {
        continue;
      }
      chosen_.push_back(candidate);
      if (choose(position + 1)) {
        return true;
      }
      chosen_.pop_back();
    }
    return false;
  }

  bool fits(std::size_t candidate, std::size_t position) const {
    const OrderWitness& mine = witnesses_[candidate];
    if (position > 0 && !excludes(mine.held, witnesses_[chosen_.back()].wanted)) {
      return false;
    }
    if (position + 1 == path_.size() && !excludes(witnesses_[chosen_.front()].held, mine.wanted)) {
      return false;
    }
    return std::all_of(chosen_.begin(), chosen_.end(), [&](std::size_t other) {
      return !gated(mine, witnesses_[other], ~OrderNode{0}) && overlap_(candidate, other);
    });
  }

  std::span<const OrderWitness> witnesses_;
  const std::function<bool(std::size_t, std::size_t)>& overlap_;
  const CycleLimits& limits_;
  std::vector<Edge> edges_;
  std::vector<std::vector<std::size_t>> out_; ///< per node: edges, ascending by target
  static constexpr std::size_t no_knot = ~std::size_t{0};
  std::vector<std::size_t> knot_of_; ///< per node
  std::set<std::size_t> against_;    ///< edges that close a cycle in the order of the better witnessed ones
  std::vector<std::size_t> path_;    ///< edges of the cycle under construction
  std::vector<std::size_t> chosen_;  ///< a witness per edge of path_, so far
  std::set<std::size_t> told_;       ///< edges that stand in a reported cycle
  std::size_t steps_ = 0;
  std::size_t found_ = 0;
  CycleSearch result_;
};

} // namespace

CycleSearch findCycles(std::span<const OrderWitness> witnesses, std::size_t nodes,
                       const std::function<bool(std::size_t, std::size_t)>& overlap,
                       const CycleLimits& limits) {
  return Search(witnesses, nodes, overlap, limits).run();
}

} // namespace racecourse::analysis
