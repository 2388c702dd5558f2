#include "checker/analysis/lock_order_cycles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace racecourse::analysis {
namespace {

using model::Mode;

bool always(std::size_t, std::size_t) {
  return true;
}

OrderWitness edge(OrderNode from, OrderNode to, std::vector<HeldMode> gates = {}) {
  OrderWitness witness;
  witness.from = from;
  witness.to = to;
  witness.gates = std::move(gates);
  return witness;
}

TEST(LockOrderCycles, ConsistentOrderHasNone) {
  const std::vector<OrderWitness> edges{edge(0, 1), edge(1, 2), edge(0, 2), edge(2, 3)};
  EXPECT_TRUE(findCycles(edges, 4, always).cycles.empty());
}

TEST(LockOrderCycles, TwoLocksBothWays) {
  const std::vector<OrderWitness> edges{edge(1, 0), edge(0, 1)};
  const CycleSearch search = findCycles(edges, 2, always);
  ASSERT_EQ(search.cycles.size(), 1U);
  EXPECT_EQ(search.cycles[0].witnesses, (std::vector<std::size_t>{1, 0})) << "the smallest lock first";
}

TEST(LockOrderCycles, ThreeLocksInACircle) {
  const std::vector<OrderWitness> edges{edge(0, 1), edge(1, 2), edge(2, 0)};
  const CycleSearch search = findCycles(edges, 3, always);
  ASSERT_EQ(search.cycles.size(), 1U);
  EXPECT_EQ(search.cycles[0].length(), 3U);
}

TEST(LockOrderCycles, TheRareDirectionIsTheException) {
  const std::vector<OrderWitness> edges{edge(0, 1), edge(1, 0), edge(1, 0), edge(1, 0)};
  const CycleSearch search = findCycles(edges, 2, always);
  ASSERT_EQ(search.cycles.size(), 1U);
  const OrderCycle& cycle = search.cycles[0];
  EXPECT_EQ(edges[cycle.witnesses[cycle.exception]].from, 0U);
}

TEST(LockOrderCycles, GateLockKeepsThemApart) {
  const std::vector<OrderWitness> edges{edge(0, 1, {{2, Mode::Exclusive}}),
                                        edge(1, 0, {{2, Mode::Exclusive}})};
  EXPECT_TRUE(findCycles(edges, 3, always).cycles.empty());
}

TEST(LockOrderCycles, GateHeldSharedByBothIsNoGate) {
  const std::vector<OrderWitness> edges{edge(0, 1, {{2, Mode::Shared}}), edge(1, 0, {{2, Mode::Shared}})};
  EXPECT_EQ(findCycles(edges, 3, always).cycles.size(), 1U);
}

TEST(LockOrderCycles, AnotherWitnessWithoutTheGateIsFound) {
  const std::vector<OrderWitness> edges{edge(0, 1, {{2, Mode::Exclusive}}),
                                        edge(1, 0, {{2, Mode::Exclusive}}), edge(0, 1)};
  const CycleSearch search = findCycles(edges, 3, always);
  ASSERT_EQ(search.cycles.size(), 1U);
  EXPECT_EQ(search.cycles[0].witnesses[0], 2U);
}

TEST(LockOrderCycles, GateOfTwoEdgesOfThreeIsEnough) {
  const std::vector<OrderWitness> edges{edge(0, 1, {{3, Mode::Exclusive}}), edge(1, 2),
                                        edge(2, 0, {{3, Mode::Exclusive}})};
  EXPECT_TRUE(findCycles(edges, 4, always).cycles.empty());
}

TEST(LockOrderCycles, ReadersDoNotBlockReaders) {
  std::vector<OrderWitness> edges{edge(0, 1), edge(1, 0)};
  edges[0].wanted = Mode::Shared;
  edges[1].held = Mode::Shared;
  EXPECT_TRUE(findCycles(edges, 2, always).cycles.empty());
  edges[1].held = Mode::Exclusive;
  EXPECT_EQ(findCycles(edges, 2, always).cycles.size(), 1U);
}

TEST(LockOrderCycles, ThreadsThatNeverMeet) {
  const std::vector<OrderWitness> edges{edge(0, 1), edge(1, 0)};
  EXPECT_TRUE(findCycles(edges, 2, [](std::size_t, std::size_t) { return false; }).cycles.empty());
}

TEST(LockOrderCycles, SelfEdgeNeedsTwoThreads) {
  const std::vector<OrderWitness> edges{edge(0, 0)};
  EXPECT_EQ(findCycles(edges, 1, always).cycles.size(), 1U);
  EXPECT_TRUE(findCycles(edges, 1, [](std::size_t a, std::size_t b) { return a != b; }).cycles.empty());
}

TEST(LockOrderCycles, LongerThanTheLimitIsSaidToBeCapped) {
  std::vector<OrderWitness> edges;
  for (OrderNode i = 0; i < 7; ++i) {
    edges.push_back(edge(i, (i + 1) % 7));
  }
  const CycleSearch search = findCycles(edges, 7, always);
  EXPECT_TRUE(search.cycles.empty());
  EXPECT_TRUE(search.capped);
  EXPECT_EQ(findCycles(edges, 7, always, {.max_length = 7}).cycles.size(), 1U);
}

TEST(LockOrderCycles, CliqueStaysWithinItsLimits) {
  std::vector<OrderWitness> edges;
  for (OrderNode i = 0; i < 30; ++i) {
    for (OrderNode j = 0; j < 30; ++j) {
      if (i != j) edges.push_back(edge(i, j));
    }
  }
  const CycleSearch search = findCycles(edges, 30, always);
  EXPECT_LE(search.cycles.size(), 32U);
  EXPECT_FALSE(search.cycles.empty());
  EXPECT_TRUE(search.capped);
}

// The judge: plain reachability. Whenever some edge lies on a cycle of at most five locks, at least one cycle is told, and
// every told cycle is one.
TEST(LockOrderCycles, AgreesWithReachabilityUnderRandomEdges) {
  std::mt19937 random(20240917);
  for (int round = 0; round < 300; ++round) {
    const OrderNode nodes = 5;
    std::set<std::pair<OrderNode, OrderNode>> pairs;
    const int count = static_cast<int>(random() % 8);
    for (int i = 0; i < count; ++i) {
      const OrderNode from = random() % nodes;
      const OrderNode to = random() % nodes;
      if (from != to) pairs.insert({from, to});
    }
    std::vector<OrderWitness> edges;
    for (const auto& [from, to] : pairs) {
      edges.push_back(edge(from, to));
    }
    bool reaches[nodes][nodes] = {};
    for (const auto& [from, to] : pairs) {
      reaches[from][to] = true;
    }
    for (OrderNode k = 0; k < nodes; ++k) {
      for (OrderNode i = 0; i < nodes; ++i) {
        for (OrderNode j = 0; j < nodes; ++j) {
          reaches[i][j] = reaches[i][j] || (reaches[i][k] && reaches[k][j]);
        }
      }
    }
    bool cyclic = false;
    for (OrderNode i = 0; i < nodes; ++i) {
      cyclic = cyclic || reaches[i][i];
    }
    const CycleSearch search = findCycles(edges, nodes, always);
    EXPECT_EQ(!search.cycles.empty(), cyclic);
    std::set<std::size_t> told;
    for (const OrderCycle& cycle : search.cycles) {
      for (std::size_t i = 0; i < cycle.length(); ++i) {
        told.insert(cycle.witnesses[i]);
        EXPECT_EQ(edges[cycle.witnesses[i]].to, edges[cycle.witnesses[(i + 1) % cycle.length()]].from);
      }
    }
    for (std::size_t i = 0; i < edges.size(); ++i) {
      EXPECT_EQ(told.contains(i), reaches[edges[i].to][edges[i].from]) << "every edge on a cycle is told of";
    }
  }
}

} // namespace
} // namespace racecourse::analysis
