#include "checker/analysis/order_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace racecourse::analysis {
namespace {

using model::Mode;

OrderWitness edge(OrderNode from, OrderNode to, std::vector<HeldMode> gates = {}) {
  OrderWitness witness;
  witness.from = from;
  witness.to = to;
  witness.gates = std::move(gates);
  return witness;
}

/// The graph as the rule makes it: the cycles that findCycles gives are the reported ones.
OrderGraph graphOf(const std::vector<OrderWitness>& witnesses, std::size_t nodes,
                   const std::function<Obstacle(std::size_t, std::size_t)>& obstacle,
                   const CycleLimits& limits = {}) {
  std::vector<ReportedCycle> reported;
  const auto overlap = [&](std::size_t a, std::size_t b) { return obstacle(a, b) == Obstacle::None; };
  for (const OrderCycle& cycle : findCycles(witnesses, nodes, overlap, limits).cycles)
    reported.push_back({cycle.witnesses, Confidence::High});
  std::vector<OrderGraph::Lock> locks(nodes);
  const auto way = [](std::size_t i) {
    OrderGraph::Witness witness;
    witness.trace.thread = std::to_string(i);
    return witness;
  };
  return buildOrderGraph(std::move(locks), witnesses, reported, {.obstacle = obstacle, .way = way}, limits);
}

Obstacle none(std::size_t, std::size_t) {
  return Obstacle::None;
}

TEST(OrderGraph, AReportedCycleHasNoObstacle) {
  const OrderGraph graph = graphOf({edge(0, 1), edge(1, 0)}, 2, none);
  ASSERT_EQ(graph.cycles.size(), 1U);
  EXPECT_TRUE(graph.cycles[0].reported);
  EXPECT_TRUE(graph.cycles[0].obstacles.empty());
  EXPECT_EQ(graph.edges.size(), 2U);
  EXPECT_TRUE(graph.cycles_complete);
}

TEST(OrderGraph, AGateIsNamed) {
  const OrderGraph graph =
      graphOf({edge(0, 1, {{2, Mode::Exclusive}}), edge(1, 0, {{2, Mode::Exclusive}})}, 3, none);
  ASSERT_EQ(graph.cycles.size(), 1U);
  EXPECT_FALSE(graph.cycles[0].reported);
  EXPECT_EQ(graph.cycles[0].obstacles, std::vector{Obstacle::GateLock});
}

TEST(OrderGraph, ReadersAreNamed) {
  std::vector<OrderWitness> witnesses{edge(0, 1), edge(1, 0)};
  for (OrderWitness& witness : witnesses)
    witness.held = witness.wanted = Mode::Shared;
  const OrderGraph graph = graphOf(witnesses, 2, none);
  ASSERT_EQ(graph.cycles.size(), 1U);
  EXPECT_EQ(graph.cycles[0].obstacles, std::vector{Obstacle::ReadersOnly});
}

TEST(OrderGraph, AnObstacleOfEveryPairIsNamedAndOneFreePairIsEnough) {
  const std::vector<OrderWitness> witnesses{edge(0, 1), edge(1, 0), edge(1, 0)};
  const auto first_only = [](std::size_t a, std::size_t b) {
    return a + b == 1 ? Obstacle::OneThread : Obstacle::None; // witnesses 0 and 1
  };
  const OrderGraph free = graphOf(witnesses, 2, first_only);
  ASSERT_EQ(free.cycles.size(), 1U);
  EXPECT_TRUE(free.cycles[0].obstacles.empty());
  const auto both = [](std::size_t a, std::size_t b) {
    return a == 0 || b == 0 ? (a + b == 1 ? Obstacle::OneThread : Obstacle::CreateJoinOrder) : Obstacle::None;
  };
  const OrderGraph apart = graphOf(witnesses, 2, both);
  ASSERT_EQ(apart.cycles.size(), 1U);
  EXPECT_EQ(apart.cycles[0].obstacles, (std::vector{Obstacle::OneThread, Obstacle::CreateJoinOrder}));
}

TEST(OrderGraph, TwoInstancesAreOneEdge) {
  const OrderGraph possible = graphOf({edge(0, 0)}, 1, none);
  ASSERT_EQ(possible.cycles.size(), 1U);
  EXPECT_EQ(possible.cycles[0].edges, std::vector<std::size_t>{0});
  EXPECT_TRUE(possible.cycles[0].reported);
  const OrderGraph ordered = graphOf({edge(0, 0)}, 1, [](auto, auto) { return Obstacle::IdentityOrder; });
  ASSERT_EQ(ordered.cycles.size(), 1U);
  EXPECT_EQ(ordered.cycles[0].obstacles, std::vector{Obstacle::IdentityOrder});
}

TEST(OrderGraph, WitnessesOfAReportedCycleAreShownFirstAndTheRestIsCounted) {
  std::vector<OrderWitness> witnesses(40, edge(0, 1));
  witnesses.push_back(edge(1, 0));
  const auto only_last = [](std::size_t a, std::size_t b) {
    return std::min(a, b) == 20 ? Obstacle::None : Obstacle::OneThread;
  };
  const OrderGraph graph = graphOf(witnesses, 2, only_last);
  ASSERT_EQ(graph.edges.size(), 2U);
  EXPECT_EQ(graph.edges[0].witness_count, 40U);
  ASSERT_FALSE(graph.edges[0].witnesses.empty());
  EXPECT_EQ(graph.edges[0].witnesses[0].trace.thread, "20");
}

TEST(OrderGraph, MoreCyclesThanTheLimitIsSaid) {
  std::vector<OrderWitness> witnesses;
  for (OrderNode a = 0; a < 9; ++a)
    for (OrderNode b = 0; b < 9; ++b)
      if (a != b) witnesses.push_back(edge(a, b));
  EXPECT_FALSE(graphOf(witnesses, 9, none).cycles_complete);
}

/// Against a plain enumeration: every simple cycle of a small random graph is told, once, and `possible` exactly when some
/// choice of witnesses stands together.
TEST(OrderGraph, AgreesWithTrivialEnumeration) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const OrderNode nodes = 4;
    std::vector<OrderWitness> witnesses;
    for (int i = 0; i < 7; ++i) {
      const OrderNode a = random() % nodes, b = random() % nodes;
      if (a != b)
        witnesses.push_back(
            edge(a, b, random() % 3 == 0 ? std::vector{HeldMode{nodes, {}}} : std::vector<HeldMode>{}));
    }
    std::set<std::pair<std::size_t, std::size_t>> blocked;
    for (std::size_t a = 0; a < witnesses.size(); ++a)
      for (std::size_t b = a; b < witnesses.size(); ++b)
        if (random() % 4 == 0) blocked.insert({a, b});
    const auto obstacle = [&](std::size_t a, std::size_t b) {
      return blocked.contains(std::minmax(a, b)) ? Obstacle::OneThread : Obstacle::None;
    };
    const CycleLimits limits{.max_length = 4, .max_per_knot = 1000};
    const OrderGraph graph = graphOf(witnesses, nodes + 1, obstacle, limits);
    std::set<std::set<std::pair<OrderNode, OrderNode>>> told, told_possible, expected, expected_possible;
    for (const OrderGraph::Cycle& cycle : graph.cycles) {
      std::set<std::pair<OrderNode, OrderNode>> ring;
      for (std::size_t e : cycle.edges)
        ring.insert({graph.edges[e].from, graph.edges[e].to});
      EXPECT_TRUE(told.insert(ring).second) << "told twice";
      if (cycle.obstacles.empty()) told_possible.insert(ring);
    }
    std::vector<std::size_t> path;
    const std::function<void()> walk = [&] {
      const OrderNode start = witnesses[path.front()].from, at = witnesses[path.back()].to;
      if (at == start) {
        std::set<std::pair<OrderNode, OrderNode>> ring;
        bool together = true;
        for (std::size_t a : path) {
          ring.insert({witnesses[a].from, witnesses[a].to});
          for (std::size_t b : path)
            if (a < b &&
                (obstacle(a, b) != Obstacle::None || gated(witnesses[a], witnesses[b], ~OrderNode{0})))
              together = false;
        }
        expected.insert(ring);
        if (together) expected_possible.insert(ring);
        return;
      }
      for (std::size_t next = 0; next < witnesses.size(); ++next) {
        const auto visits = [&](std::size_t before) {
          return witnesses[before].from == witnesses[next].from;
        };
        if (witnesses[next].from != at || std::ranges::any_of(path, visits)) continue;
        path.push_back(next);
        walk();
        path.pop_back();
      }
    };
    for (std::size_t first = 0; first < witnesses.size(); ++first) {
      path = {first};
      walk();
    }
    EXPECT_EQ(told, expected) << "round " << round;
    EXPECT_EQ(told_possible, expected_possible) << "round " << round;
  }
}

} // namespace
} // namespace racecourse::analysis
