// What the lock-order graph costs over sizes. The nodes visited are told beside the time: they do not depend
// on the machine. Baseline: a depth-first search over adjacency lists for every new edge, what one would
// write first. Run: bin/lockorder_bench
#include "runtime/lockorder/graph.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace racecourse::lockorder {
namespace {

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// Four edges a node that agree with one hidden order, in random sequence: the order has to be learnt.
Pairs hiddenOrder(std::size_t node_count) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> order(node_count);
  std::iota(order.begin(), order.end(), 0u);
  std::shuffle(order.begin(), order.end(), random);
  std::uniform_int_distribution<std::size_t> any(0, node_count - 1);
  Pairs pairs;
  while (pairs.size() < 4 * node_count) {
    std::size_t from = any(random), to = any(random);
    if (from != to) pairs.emplace_back(order[std::min(from, to)], order[std::max(from, to)]);
  }
  return pairs;
}

/// Locks are usually created in the order in which they nest, and nest near by: a list, a tree, a cache.
/// Every `flaw`-th edge goes the other way, over eight nodes at most (0: none).
Pairs nearbyOrder(std::size_t node_count, unsigned flaw) {
  std::mt19937 random(7);
  std::uniform_int_distribution<std::uint32_t> step(1, 8);
  Pairs pairs;
  for (std::uint32_t from = 0; from + 8 < node_count; ++from)
    for (int i = 0; i < 4; ++i) {
      std::uint32_t to = from + step(random);
      bool flawed = flaw != 0 && random() % flaw == 0;
      pairs.emplace_back(flawed ? to : from, flawed ? from : to);
    }
  std::shuffle(pairs.begin(), pairs.end(), random);
  return pairs;
}

void build(Graph& graph, std::size_t node_count, const Pairs& pairs) {
  std::vector<NodeId> nodes;
  for (std::size_t i = 0; i < node_count; ++i)
    nodes.push_back(graph.addNode());
  for (auto [from, to] : pairs)
    benchmark::DoNotOptimize(graph.insertEdge(nodes[from], nodes[to], WitnessId{}));
}

void insertInto(benchmark::State& state, const Pairs& pairs) {
  auto node_count = static_cast<std::size_t>(state.range(0));
  std::uint64_t visited = 0;
  for (auto _ : state) {
    Graph graph;
    build(graph, node_count, pairs);
    visited = graph.visitedCount();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pairs.size()));
  state.counters["visited/edge"] = double(visited) / double(pairs.size());
}

void hiddenOrderInsert(benchmark::State& state) {
  insertInto(state, hiddenOrder(state.range(0)));
}
void nearbyOrderInsert(benchmark::State& state) {
  insertInto(state, nearbyOrder(state.range(0), 0));
}
void flawedOrderInsert(benchmark::State& state) {
  insertInto(state, nearbyOrder(state.range(0), 1000));
}

void naiveInsert(benchmark::State& state) {
  auto node_count = static_cast<std::size_t>(state.range(0));
  Pairs pairs = hiddenOrder(node_count);
  for (auto _ : state) {
    std::vector<std::vector<std::uint32_t>> next(node_count);
    std::vector<std::uint32_t> mark(node_count), stack;
    std::uint32_t search = 0;
    for (auto [from, to] : pairs) {
      bool cycle = false;
      ++search;
      stack.assign({to});
      while (!stack.empty() && !cycle) {
        std::uint32_t node = stack.back();
        stack.pop_back();
        if (mark[node] == search) continue;
        mark[node] = search;
        cycle = node == from;
        stack.insert(stack.end(), next[node].begin(), next[node].end());
      }
      benchmark::DoNotOptimize(cycle);
      if (!cycle && std::find(next[from].begin(), next[from].end(), to) == next[from].end())
        next[from].push_back(to);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pairs.size()));
}

void knownEdge(benchmark::State& state) {
  auto node_count = static_cast<std::size_t>(state.range(0));
  Pairs pairs = hiddenOrder(node_count);
  Graph graph;
  build(graph, node_count, pairs);
  std::pmr::vector<NodeId> nodes = graph.nodes();
  std::size_t next = 0;
  for (auto _ : state) {
    auto [from, to] = pairs[next];
    if (++next == pairs.size()) next = 0;
    benchmark::DoNotOptimize(graph.insertEdge(nodes[from], nodes[to], WitnessId{}));
  }
}

/// Objects with a lock inside that come and go under one long-lived lock.
void lockLife(benchmark::State& state) {
  auto node_count = static_cast<std::size_t>(state.range(0));
  Graph graph;
  build(graph, node_count, hiddenOrder(node_count));
  NodeId owner = graph.nodes().front();
  for (auto _ : state) {
    NodeId child = graph.addNode();
    benchmark::DoNotOptimize(graph.insertEdge(owner, child, WitnessId{}));
    graph.removeNode(child);
  }
}

BENCHMARK(hiddenOrderInsert)->RangeMultiplier(4)->Range(64, 16384)->Unit(benchmark::kMicrosecond);
BENCHMARK(naiveInsert)->RangeMultiplier(4)->Range(64, 4096)->Unit(benchmark::kMicrosecond);
BENCHMARK(nearbyOrderInsert)->RangeMultiplier(4)->Range(64, 65536)->Unit(benchmark::kMicrosecond);
BENCHMARK(flawedOrderInsert)->RangeMultiplier(4)->Range(64, 4096)->Unit(benchmark::kMicrosecond);
BENCHMARK(knownEdge)->RangeMultiplier(16)->Range(64, 16384);
BENCHMARK(lockLife)->RangeMultiplier(16)->Range(64, 16384);

} // namespace
} // namespace racecourse::lockorder

BENCHMARK_MAIN();
