// Small graphs by hand: what each call promises in its header, one promise a test.
// Run alone: bin/lockorder_test --gtest_filter='Graph.*'
#include "runtime/lockorder/graph.h"

#include <gtest/gtest.h>

#include <memory_resource>
#include <new>

namespace racecourse::lockorder {
namespace {

constexpr WitnessId w0{0}, w1{1};

std::vector<NodeId> list(const std::pmr::vector<NodeId>& nodes) {
  return {nodes.begin(), nodes.end()};
}

struct Three {
  Graph graph;
  NodeId a = graph.addNode(), b = graph.addNode(), c = graph.addNode();
  Outcome insert(NodeId from, NodeId to) { return graph.insertEdge(from, to, w0).outcome; }
};

TEST(Graph, TwoLocksInBothOrdersAreACycleThatBeginsWithTheNewEdge) {
  Three t;
  EXPECT_EQ(t.insert(t.a, t.b), Outcome::Added);
  InsertResult result = t.graph.insertEdge(t.b, t.a, w1);
  EXPECT_EQ(result.outcome, Outcome::Cycle);
  EXPECT_EQ(list(result.cycle), (std::vector{t.b, t.a}));
}

TEST(Graph, ThreeLocksInARingAreFound) {
  Three t;
  t.insert(t.a, t.b);
  t.insert(t.b, t.c);
  EXPECT_EQ(list(t.graph.insertEdge(t.c, t.a, w0).cycle), (std::vector{t.c, t.a, t.b}));
}

TEST(Graph, TheShortestCycleIsTold) {
  Three t;
  NodeId d = t.graph.addNode();
  t.insert(t.a, t.b);
  t.insert(t.b, t.c);
  t.insert(t.c, d);
  t.insert(t.a, d);
  EXPECT_EQ(list(t.graph.insertEdge(d, t.a, w0).cycle), (std::vector{d, t.a}));
}

TEST(Graph, AnEdgeToItselfIsACycleOfOne) {
  Three t;
  InsertResult result = t.graph.insertEdge(t.a, t.a, w0);
  EXPECT_EQ(result.outcome, Outcome::Cycle);
  EXPECT_EQ(list(result.cycle), (std::vector{t.a}));
  EXPECT_EQ(t.graph.cyclesThrough(t.a, t.a).cycles.size(), 1u);
  EXPECT_TRUE(t.graph.reaches(t.a, t.a));
}

TEST(Graph, TheClosingEdgeIsKeptSoTheCycleIsToldOnce) {
  Three t;
  t.insert(t.a, t.b);
  t.insert(t.b, t.a);
  EXPECT_EQ(t.insert(t.b, t.a), Outcome::Known);
  EXPECT_TRUE(t.graph.findEdge(t.b, t.a)->closes_cycle);
  EXPECT_FALSE(t.graph.findEdge(t.a, t.b)->closes_cycle);
  EXPECT_EQ(t.graph.closingCount(), 1u);
}

TEST(Graph, ACycleThatNeedsAnOlderClosingEdgeIsFound) {
  Three t;
  t.insert(t.a, t.b);
  t.insert(t.b, t.a); // outside the order
  t.insert(t.a, t.c);
  // c → b fits into the order a, c, b; yet c → b → a → c is a cycle.
  InsertResult result = t.graph.insertEdge(t.c, t.b, w0);
  EXPECT_EQ(result.outcome, Outcome::Cycle);
  EXPECT_EQ(list(result.cycle), (std::vector{t.c, t.b, t.a}));
  EXPECT_FALSE(t.graph.findEdge(t.c, t.b)->closes_cycle);
}

TEST(Graph, RemovingTheReasonTakesTheClosingEdgeIntoTheOrder) {
  Three t;
  t.insert(t.a, t.b);
  t.insert(t.b, t.a);
  EXPECT_TRUE(t.graph.removeEdge(t.a, t.b));
  EXPECT_FALSE(t.graph.findEdge(t.b, t.a)->closes_cycle);
  EXPECT_EQ(t.graph.closingCount(), 0u);
  EXPECT_LT(t.graph.rank(t.b), t.graph.rank(t.a));
}

TEST(Graph, RemovingANodeBreaksTheCyclesThroughIt) {
  Three t;
  t.insert(t.a, t.b);
  t.insert(t.b, t.c);
  t.insert(t.c, t.a);
  EXPECT_TRUE(t.graph.removeNode(t.b));
  EXPECT_EQ(t.graph.edgeCount(), 1u);
  EXPECT_EQ(t.graph.closingCount(), 0u);
  EXPECT_TRUE(t.graph.cyclicComponents().empty());
}

TEST(Graph, AnIdBelongsToOneLife) {
  Three t;
  t.insert(t.a, t.b);
  t.graph.removeNode(t.a);
  NodeId again = t.graph.addNode();
  EXPECT_EQ(again.slot, t.a.slot); // the slot is used again, the id is not
  EXPECT_NE(again, t.a);
  EXPECT_FALSE(t.graph.contains(t.a));
  EXPECT_FALSE(t.graph.reaches(again, t.b));
  EXPECT_EQ(t.insert(t.b, again), Outcome::Added);
  EXPECT_EQ(t.insert(t.a, t.b), Outcome::Stale);
  EXPECT_EQ(t.insert(t.b, t.a), Outcome::Stale);
  EXPECT_FALSE(t.graph.removeNode(t.a));
  EXPECT_FALSE(t.graph.removeEdge(t.b, t.a));
  EXPECT_FALSE(t.graph.findEdge(t.a, t.b));
  EXPECT_TRUE(t.graph.successors(t.a).empty());
  EXPECT_FALSE(t.graph.contains(NodeId{}));
}

TEST(Graph, TheFirstWitnessStaysUntilItIsReplaced) {
  Three t;
  t.graph.insertEdge(t.a, t.b, w0);
  t.graph.insertEdge(t.a, t.b, w1);
  EXPECT_EQ(t.graph.findEdge(t.a, t.b)->witness, w0);
  EXPECT_TRUE(t.graph.setWitness(t.a, t.b, w1));
  EXPECT_EQ(t.graph.findEdge(t.a, t.b)->witness, w1);
  EXPECT_FALSE(t.graph.setWitness(t.b, t.a, w1));
}

TEST(Graph, NeighboursAreListedNewestFirst) {
  Three t;
  t.insert(t.a, t.b);
  t.insert(t.a, t.c);
  t.insert(t.b, t.c);
  EXPECT_EQ(list(t.graph.successors(t.a)), (std::vector{t.c, t.b}));
  EXPECT_EQ(list(t.graph.predecessors(t.c)), (std::vector{t.b, t.a}));
}

TEST(Graph, ALimitThatCutsTheListIsAdmitted) {
  Graph graph;
  std::vector<NodeId> nodes;
  for (int i = 0; i < 9; ++i)
    nodes.push_back(graph.addNode());
  for (NodeId from : nodes)
    for (NodeId to : nodes)
      if (from != to) graph.insertEdge(from, to, w0);
  Cycles few = graph.cyclesThrough(nodes[0], nodes[1], {.max_length = 9, .max_count = 3});
  EXPECT_EQ(few.cycles.size(), 3u);
  EXPECT_FALSE(few.complete);
  EXPECT_FALSE(
      graph.cyclesThrough(nodes[0], nodes[1], {.max_length = 9, .max_count = 100000, .max_steps = 50})
          .complete);
  // 1 of two nodes, 7 of three, 7 * 6 of four.
  Cycles all = graph.cyclesThrough(nodes[0], nodes[1], {.max_length = 4, .max_count = 100});
  EXPECT_EQ(all.cycles.size(), 50u);
  EXPECT_TRUE(all.complete);
}

TEST(Graph, AnEdgeThatAgreesWithTheOrderCostsNoSearch) {
  Graph graph;
  std::vector<NodeId> nodes;
  for (int i = 0; i < 100; ++i)
    nodes.push_back(graph.addNode());
  for (std::size_t from = 0; from < nodes.size(); ++from)
    for (std::size_t to = from + 1; to < nodes.size(); ++to)
      ASSERT_EQ(graph.insertEdge(nodes[from], nodes[to], w0).outcome, Outcome::Added);
  EXPECT_EQ(graph.visitedCount(), 0u);
}

TEST(Graph, ASearchStaysBetweenTheTwoRanks) {
  Graph graph;
  std::vector<NodeId> nodes;
  for (int i = 0; i < 1000; ++i)
    nodes.push_back(graph.addNode());
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i)
    if (i != 500) graph.insertEdge(nodes[i], nodes[i + 1], w0);
  // Against the order by eleven ranks; the chains of 500 nodes on both sides are not walked.
  EXPECT_EQ(graph.insertEdge(nodes[506], nodes[495], w0).outcome, Outcome::Added);
  EXPECT_LE(graph.visitedCount(), 12u);
}

/// Gives memory out until told to stop.
class Failing : public std::pmr::memory_resource {
public:
  std::size_t left = static_cast<std::size_t>(-1);

private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (left == 0) throw std::bad_alloc();
    --left;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

TEST(Graph, WithoutMemoryNothingChanges) {
  std::size_t failures = 0;
  for (std::size_t budget = 0; budget < 80; ++budget) {
    Failing memory;
    Graph graph(&memory);
    memory.left = budget;
    std::vector<NodeId> nodes;
    std::size_t edges = 0;
    try {
      for (int i = 0; i < 40; ++i)
        nodes.push_back(graph.addNode());
      for (std::size_t i = 0; i < 40; ++i)
        for (std::size_t j = 0; j < 40; j += 7) {
          if (graph.insertEdge(nodes[i], nodes[j], w0).outcome != Outcome::Known) ++edges;
        }
    } catch (const std::bad_alloc&) {
      ++failures;
    }
    EXPECT_EQ(graph.nodeCount(), nodes.size());
    EXPECT_EQ(graph.edgeCount(), edges);
    EXPECT_EQ(graph.brokenInvariantForTest(), nullptr);
    memory.left = static_cast<std::size_t>(-1);
  }
  EXPECT_GT(failures, 10u);
}

} // namespace
} // namespace racecourse::lockorder
