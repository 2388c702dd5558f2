// The graph against the naive one: the same random edits to both, and after each the same answers. Nodes die
// and their slots come back, edges go and return, stale ids are offered. Seeds are fixed; a failure names
// seed and step. Run alone: bin/lockorder_test --gtest_filter='*RandomEdits*'
#include "tests/unit/lockorder/naive_graph.h"

#include <gtest/gtest.h>

#include <random>

namespace racecourse::lockorder {
namespace {

struct Shape {
  const char* name;
  unsigned seed;
  std::size_t max_nodes;
  int steps;
  // Weights of the next edit.
  int add_node, remove_node, insert_edge, remove_edge, offer_stale;
  bool mostly_ordered; ///< edges follow creation, save one in 16: few cycles, long searches
};

void PrintTo(const Shape& shape, std::ostream* out) {
  *out << shape.name;
}

class RandomEdits : public testing::TestWithParam<Shape> {
protected:
  Graph graph;
  NaiveGraph naive;
  std::vector<NodeId> alive, dead;

  void expectSameInsert(NodeId from, NodeId to, WitnessId witness) {
    bool known = naive.hasEdge(from, to);
    std::size_t back = from == to ? 0 : naive.distance(to, from);
    bool cycle = from == to || back > 0;
    InsertResult result = graph.insertEdge(from, to, witness);
    naive.insertEdge(from, to, witness);
    if (known) {
      ASSERT_EQ(result.outcome, Outcome::Known);
      ASSERT_TRUE(result.cycle.empty());
      return;
    }
    ASSERT_EQ(result.outcome, cycle ? Outcome::Cycle : Outcome::Added);
    ASSERT_EQ(result.cycle.size(), cycle ? back + 1 : 0u) << "not a shortest cycle";
    for (std::size_t i = 0; i < result.cycle.size(); ++i)
      ASSERT_TRUE(naive.hasEdge(result.cycle[i], result.cycle[(i + 1) % result.cycle.size()]));
    if (cycle) {
      ASSERT_EQ(result.cycle[0], from);
      ASSERT_EQ(result.cycle[1 % result.cycle.size()], to);
    }
  }

  void expectSameState() {
    ASSERT_EQ(graph.brokenInvariantForTest(), nullptr);
    std::pmr::vector<Edge> found = graph.edges();
    std::vector<Edge> wanted = naive.edges();
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(found[i].from, wanted[i].from);
      ASSERT_EQ(found[i].to, wanted[i].to);
      ASSERT_EQ(found[i].witness, wanted[i].witness);
    }
    std::set<std::vector<NodeId>> components;
    for (const auto& component : graph.cyclicComponents())
      components.emplace(component.begin(), component.end());
    ASSERT_EQ(components, naive.cyclicComponents());
    ASSERT_EQ(graph.closingCount() == 0, components.empty());
  }
};

TEST_P(RandomEdits, AnswersAsTheNaiveGraphDoes) {
  const Shape& shape = GetParam();
  std::mt19937 random(shape.seed);
  auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  std::discrete_distribution<int> edit{double(shape.add_node), double(shape.remove_node),
                                       double(shape.insert_edge), double(shape.remove_edge),
                                       double(shape.offer_stale)};
  std::size_t cycles_seen = 0;
  for (int step = 0; step < shape.steps; ++step) {
    SCOPED_TRACE(testing::Message() << "seed " << shape.seed << ", step " << step);
    switch (alive.size() < 2 ? 0 : edit(random)) {
    case 0:
      if (alive.size() >= shape.max_nodes) break;
      alive.push_back(graph.addNode());
      naive.addNode(alive.back());
      break;
    case 1: {
      std::size_t index = below(alive.size());
      ASSERT_TRUE(graph.removeNode(alive[index]));
      naive.removeNode(alive[index]);
      dead.push_back(alive[index]);
      alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(index));
      break;
    }
    case 2: {
      std::size_t from = below(alive.size()), to = below(alive.size());
      if (shape.mostly_ordered && from > to && below(16) != 0) std::swap(from, to);
      ASSERT_NO_FATAL_FAILURE(expectSameInsert(alive[from], alive[to], WitnessId(step)));
      break;
    }
    case 3: {
      // Mostly an edge that is there, sometimes one that need not be.
      std::vector<Edge> edges = naive.edges();
      NodeId from = alive[below(alive.size())], to = alive[below(alive.size())];
      if (!edges.empty() && below(8) != 0) {
        const Edge& edge = edges[below(edges.size())];
        from = edge.from, to = edge.to;
      }
      ASSERT_EQ(graph.removeEdge(from, to), naive.removeEdge(from, to));
      break;
    }
    case 4:
      if (dead.empty()) break;
      NodeId stale = dead[below(dead.size())], living = alive[below(alive.size())];
      ASSERT_FALSE(graph.contains(stale));
      ASSERT_FALSE(graph.removeNode(stale));
      ASSERT_EQ(graph.insertEdge(stale, living, WitnessId(step)).outcome, Outcome::Stale);
      ASSERT_EQ(graph.insertEdge(living, stale, WitnessId(step)).outcome, Outcome::Stale);
      break;
    }
    if (alive.empty()) continue;
    NodeId from = alive[below(alive.size())], to = alive[below(alive.size())];
    ASSERT_EQ(graph.reaches(from, to), naive.reaches(from, to));
    if (graph.findEdge(from, to) && graph.reaches(to, from)) {
      ++cycles_seen;
      Cycles cycles =
          graph.cyclesThrough(from, to, {.max_length = 4, .max_count = 100000, .max_steps = 10000000});
      ASSERT_TRUE(cycles.complete);
      std::set<std::vector<NodeId>> found;
      for (const auto& cycle : cycles.cycles)
        found.emplace(cycle.begin(), cycle.end());
      ASSERT_EQ(found.size(), cycles.cycles.size()) << "a cycle is listed twice";
      ASSERT_EQ(found, naive.cyclesThrough(from, to, 4));
    }
    if (step % 10 == 0) ASSERT_NO_FATAL_FAILURE(expectSameState());
  }
  ASSERT_NO_FATAL_FAILURE(expectSameState());
  EXPECT_GT(cycles_seen, 0u) << "the shape never made a cycle, so it tests little";
}

INSTANTIATE_TEST_SUITE_P(Shapes, RandomEdits,
                         testing::Values(Shape{"dense", 1, 10, 2500, 2, 1, 12, 5, 1, false},
                                         Shape{"churning", 2, 14, 2500, 6, 5, 20, 2, 2, false},
                                         Shape{"ordered", 3, 24, 2500, 4, 1, 30, 8, 1, true},
                                         Shape{"growing", 4, 40, 600, 10, 0, 30, 2, 0, true},
                                         Shape{"cycles come and go", 5, 8, 3000, 3, 2, 10, 9, 1, false}));

} // namespace
} // namespace racecourse::lockorder
