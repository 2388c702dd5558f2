// The reported cycles are given. The others are enumerated as lock_order_cycles does it (simple cycles inside strongly
// connected components, smallest lock first, by length), but each is kept: a cycle whose threads cannot block each other
// carries what stands between them. That is found pairwise: two edges of a cycle are kept apart when every choice of
// witnesses for the two is, and the obstacles are those of all these choices. When each pair has a choice and all together
// have none, the obstacles of all pairs are given.
//
// Invariant: a cycle is told once, by its set of edges.
#include "checker/analysis/order_graph.h"

#include "runtime/lockorder/graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace racecourse::analysis {
namespace {

constexpr std::size_t kShownWitnesses = 8;   ///< per edge: more ways than anybody reads
constexpr std::size_t kTracedWitnesses = 64; ///< per edge, looked at for different traces

class Builder {
public:
  Builder(std::span<const OrderWitness> witnesses, const OrderGraphQuestions& questions,
          const CycleLimits& limits)
      : witnesses_(witnesses), questions_(questions), limits_(limits) {}

  OrderGraph build(std::vector<OrderGraph::Lock> locks, std::span<const ReportedCycle> reported) {
    graph_.locks = std::move(locks);
    out_.resize(graph_.locks.size());
    groupWitnesses(reported);
    for (const ReportedCycle& cycle : reported)
      addReported(cycle);
    findKnots();
    for (OrderNode node = 0; node < out_.size(); ++node) {
      path_.clear();
      steps_ = 0;
      found_ = 0;
      if (knot_of_[node] != kNoKnot) extend(node, node);
    }
    std::ranges::sort(graph_.cycles, [](const OrderGraph::Cycle& a, const OrderGraph::Cycle& b) {
      const auto rank = [](const OrderGraph::Cycle& cycle) {
        return std::tuple(!cycle.reported, !cycle.obstacles.empty(), cycle.edges.size());
      };
      return std::pair(rank(a), a.edges) < std::pair(rank(b), b.edges);
    });
    return std::move(graph_);
  }

private:
  void groupWitnesses(std::span<const ReportedCycle> reported) {
    std::set<std::size_t> told;
    for (const ReportedCycle& cycle : reported)
      told.insert(cycle.witnesses.begin(), cycle.witnesses.end());
    std::map<std::pair<OrderNode, OrderNode>, std::vector<std::size_t>> pairs;
    for (std::size_t i = 0; i < witnesses_.size(); ++i)
      pairs[{witnesses_[i].from, witnesses_[i].to}].push_back(i);
    for (auto& [pair, list] : pairs) {
      std::ranges::sort(list, {},
                        [&](std::size_t witness) { return std::pair(!told.contains(witness), witness); });
      OrderGraph::Edge edge{
          .from = pair.first, .to = pair.second, .witness_count = list.size(), .witnesses = {}};
      for (std::size_t i = 0; i < std::min(list.size(), kTracedWitnesses); ++i) {
        if (edge.witnesses.size() == kShownWitnesses) break;
        const OrderWitness& from = witnesses_[list[i]];
        OrderGraph::Witness shown = questions_.way(list[i]);
        shown.held = from.held;
        shown.wanted = from.wanted;
        shown.gates = from.gates;
        if (std::ranges::find(edge.witnesses, shown) == edge.witnesses.end())
          edge.witnesses.push_back(std::move(shown));
      }
      number_[pair] = graph_.edges.size();
      out_[pair.first].push_back(graph_.edges.size());
      graph_.edges.push_back(std::move(edge));
      if (list.size() > limits_.max_witnesses) list.resize(limits_.max_witnesses);
      ways_.push_back(std::move(list));
    }
  }

  void addReported(const ReportedCycle& cycle) {
    std::vector<std::size_t> edges;
    for (std::size_t witness : cycle.witnesses)
      edges.push_back(number_.at({witnesses_[witness].from, witnesses_[witness].to}));
    // Two threads, the roles exchanged, on one edge.
    if (edges.size() == 2 && edges[0] == edges[1]) edges.pop_back();
    if (!told_.insert(keyOf(edges)).second) return;
    graph_.cycles.push_back(
        {.edges = std::move(edges), .obstacles = {}, .reported = true, .confidence = cycle.confidence});
  }

  static std::vector<std::size_t> keyOf(std::vector<std::size_t> edges) {
    std::ranges::sort(edges);
    return edges;
  }

  void findKnots() {
    lockorder::Graph graph;
    std::vector<lockorder::NodeId> ids;
    std::map<lockorder::NodeId, OrderNode> nodes;
    for (OrderNode node = 0; node < out_.size(); ++node) {
      ids.push_back(graph.addNode());
      nodes[ids.back()] = node;
    }
    for (std::size_t edge = 0; edge < graph_.edges.size(); ++edge)
      graph.insertEdge(ids[graph_.edges[edge].from], ids[graph_.edges[edge].to], lockorder::WitnessId(edge));
    knot_of_.assign(out_.size(), kNoKnot);
    std::size_t knot = 0;
    for (const auto& component : graph.cyclicComponents()) {
      for (lockorder::NodeId id : component)
        knot_of_[nodes[id]] = knot;
      ++knot;
    }
  }

  void extend(OrderNode start, OrderNode node) {
    for (std::size_t edge : out_[node]) {
      if (++steps_ > limits_.max_steps || found_ >= limits_.max_per_knot) {
        graph_.cycles_complete = false;
        return;
      }
      const OrderNode target = graph_.edges[edge].to;
      if (target < start || knot_of_[target] != knot_of_[start] || (target == node && node != start))
        continue;
      if (target == node && !path_.empty()) continue;
      path_.push_back(edge);
      if (target == start)
        judge();
      else if (path_.size() == limits_.max_length)
        graph_.cycles_complete = false;
      else if (std::none_of(path_.begin(), path_.end() - 1,
                            [&](std::size_t before) { return graph_.edges[before].to == target; }))
        extend(start, target);
      path_.pop_back();
    }
  }

  void judge() {
    ++found_;
    if (!told_.insert(keyOf(path_)).second) return;
    // A self-edge is two threads on the same way.
    ring_ = path_.size() == 1 ? std::vector<std::size_t>{path_[0], path_[0]} : path_;
    chosen_.clear();
    OrderGraph::Cycle cycle{.edges = path_, .obstacles = {}};
    if (!choose(0)) cycle.obstacles = whyNot();
    graph_.cycles.push_back(std::move(cycle));
  }

  /// Between witness `a` of the ring's edge p and `b` of q.
  Obstacle between(std::size_t a, std::size_t p, std::size_t b, std::size_t q) const {
    const OrderWitness &x = witnesses_[a], &y = witnesses_[b];
    const bool x_waits_for_y = (p + 1) % ring_.size() == q, y_waits_for_x = (q + 1) % ring_.size() == p;
    if ((x_waits_for_y && !excludes(x.wanted, y.held)) || (y_waits_for_x && !excludes(y.wanted, x.held)))
      return Obstacle::ReadersOnly;
    const OrderNode ignored = path_.size() == 1 ? x.from : ~OrderNode{0};
    if (gated(x, y, ignored)) return Obstacle::GateLock;
    return questions_.obstacle(a, b);
  }

  bool choose(std::size_t position) {
    if (position == ring_.size()) return true;
    for (std::size_t candidate : ways_[ring_[position]]) {
      if (++steps_ > limits_.max_steps) return false;
      bool fits = true;
      for (std::size_t before = 0; fits && before < chosen_.size(); ++before)
        fits = between(chosen_[before], before, candidate, position) == Obstacle::None;
      if (!fits) continue;
      chosen_.push_back(candidate);
      if (choose(position + 1)) return true;
      chosen_.pop_back();
    }
    return false;
  }

  std::vector<Obstacle> whyNot() const {
    std::set<Obstacle> apart, any;
    for (std::size_t p = 0; p < ring_.size(); ++p) {
      for (std::size_t q = p + 1; q < ring_.size(); ++q) {
        std::set<Obstacle> met;
        for (std::size_t a : ways_[ring_[p]])
          for (std::size_t b : ways_[ring_[q]])
            met.insert(between(a, p, b, q));
        if (!met.contains(Obstacle::None)) apart.insert(met.begin(), met.end());
        any.insert(met.begin(), met.end());
      }
    }
    any.erase(Obstacle::None);
    const std::set<Obstacle>& told = apart.empty() ? any : apart;
    return {told.begin(), told.end()};
  }

  static constexpr std::size_t kNoKnot = ~std::size_t{0};

  std::span<const OrderWitness> witnesses_;
  const OrderGraphQuestions& questions_;
  const CycleLimits& limits_;
  OrderGraph graph_;
  std::map<std::pair<OrderNode, OrderNode>, std::size_t> number_; ///< of edges
  std::vector<std::vector<std::size_t>> ways_;                    ///< per edge: witnesses that are tried
  std::vector<std::vector<std::size_t>> out_;                     ///< per node: edges, ascending by target
  std::vector<std::size_t> knot_of_;                              ///< per node
  std::set<std::vector<std::size_t>> told_;                       ///< cycles by their sorted edges
  std::vector<std::size_t> path_;                                 ///< edges of the cycle under construction
  std::vector<std::size_t> ring_;                                 ///< path_, with a self-edge twice
  std::vector<std::size_t> chosen_;                               ///< a witness per edge of ring_, so far
  std::size_t steps_ = 0;
  std::size_t found_ = 0;
};

} // namespace

OrderGraph buildOrderGraph(std::vector<OrderGraph::Lock> locks, std::span<const OrderWitness> witnesses,
                           std::span<const ReportedCycle> reported, const OrderGraphQuestions& questions,
                           const CycleLimits& limits) {
  return Builder(witnesses, questions, limits).build(std::move(locks), reported);
}

} // namespace racecourse::analysis
