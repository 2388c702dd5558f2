// The lock-order graph: "while holding A somebody asked for B" is the edge A → B, and a cycle of such edges
// is an order nobody can keep. Ids in, "added" or a cycle out.
//
// Never knows names, stacks, threads, clocks or policy, never prints and never locks: what an edge means is
// kept by the caller under the edge's WitnessId, and whether a cycle matters (gate locks, readers, one
// thread) is the caller's to judge.
//
// Threads: none may share it; the caller serialises.
// Ownership: all memory comes from the resource given at construction, which must outlive the graph.
// Everything returned is a value; the vectors returned use the same resource. Failure: when the resource
// throws, the graph is as it was before the call. removeNode and removeEdge never allocate. Cost: an edge
// that agrees with the current order: O(1). Against it: O(nodes and edges between the two ranks), as in
// Pearce and Kelly, "A Dynamic Topological Sort Algorithm for Directed Acyclic Graphs" (JEA 11, 2006). Once
// the graph holds a cycle a new edge also pays a search for cycles through the edges that stand outside the
// order.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <optional>
#include <vector>

namespace racecourse::lockorder {

/// One life of one object. A slot is used again after removeNode, with another generation, so that an id kept
/// too long is recognised (contains() is false) and never mistaken for the newcomer. Default: no node.
struct NodeId {
  static constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t slot = no_slot;
  std::uint32_t generation = 0;
  auto operator<=>(const NodeId&) const = default;
};

/// The caller's name for why an edge is there. The graph stores it and never looks inside.
enum class WitnessId : std::uint32_t {};

struct Edge {
  NodeId from, to;
  WitnessId witness{};
  bool closes_cycle =
      false; ///< stands outside the topological order: the rest of the order leads from `to` to `from`
  auto operator<=>(const Edge&) const = default;
};

enum class Outcome : std::uint8_t {
  Added, ///< new edge, on no cycle
  Known, ///< the edge was there, its first witness is kept; nothing was searched
  Cycle, ///< new edge, stored, and it lies on a cycle
  Stale, ///< one of the ids belongs to no living node; nothing was changed
};

struct InsertResult {
  Outcome outcome = Outcome::Added;
  /// For Cycle: a shortest cycle through the new edge, beginning `from, to, …`; the last node has an edge
  /// back to `from`. An edge from a node to itself is a cycle of one. Empty otherwise.
  std::pmr::vector<NodeId> cycle;
};

/// How much a question may cost. A result that reached a limit says so.
struct CycleLimits {
  std::size_t max_length = 8;    ///< nodes in one cycle
  std::size_t max_count = 64;    ///< cycles returned
  std::size_t max_steps = 20000; ///< edges followed
};

struct Cycles {
  std::pmr::vector<std::pmr::vector<NodeId>> cycles; ///< each begins `from, to, …`; shorter ones first
  bool complete = true; ///< false when a limit other than max_length ended the search
};

class Graph {
public:
  explicit Graph(std::pmr::memory_resource* memory = std::pmr::get_default_resource());
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  /// A node without edges.
  NodeId addNode();
  /// Removes the node and every edge at it. False for a stale id.
  bool removeNode(NodeId node_id);
  bool contains(NodeId node_id) const;

  InsertResult insertEdge(NodeId from, NodeId to, WitnessId witness);
  /// False when there is no such edge.
  bool removeEdge(NodeId from, NodeId to);

  std::optional<Edge> findEdge(NodeId from, NodeId to) const;
  /// False when there is no such edge.
  bool setWitness(NodeId from, NodeId to, WitnessId witness);

  /// Is there a way of one or more edges?
  bool reaches(NodeId from, NodeId to) const;

  /// Simple cycles through an edge that is in the graph (empty when it is not).
  Cycles cyclesThrough(NodeId from, NodeId to, const CycleLimits& limits = {}) const;

  /// The strongly connected components that hold a cycle (two nodes or more, or one with an edge to itself),
  /// each sorted, and sorted by their first node.
  std::pmr::vector<std::pmr::vector<NodeId>> cyclicComponents() const;

  /// All living nodes, sorted by slot; all edges, sorted.
  std::pmr::vector<NodeId> nodes() const;
  std::pmr::vector<Edge> edges() const;
  std::pmr::vector<NodeId> successors(NodeId node_id) const;   ///< in the order of insertion, newest first
  std::pmr::vector<NodeId> predecessors(NodeId node_id) const; ///< likewise

  std::size_t nodeCount() const { return node_count_; }
  std::size_t edgeCount() const { return edge_count_; }
  /// Edges that stand outside the topological order. Zero exactly when the graph has no cycle.
  std::size_t closingCount() const { return closing_count_; }

  /// Work done so far: nodes visited by all searches. Benchmarks and tests count with it; time is not
  /// asserted.
  std::uint64_t visitedCount() const { return visited_count_; }

  /// A consistent global order for everything outside cycles: rank(a) < rank(b) for each edge a → b that
  /// closes no cycle. Ranks change as edges arrive. Precondition: contains(node_id).
  std::uint32_t rank(NodeId node_id) const;

  /// For tests only: walks every structure and says what is broken, or nullptr.
  const char* brokenInvariantForTest() const;

private:
  using Index = std::uint32_t;
  static constexpr Index none = std::numeric_limits<Index>::max();

  struct Node {
    std::uint32_t generation = 1;
    std::uint32_t rank = 0; ///< a permutation of the slots, dead ones included
    Index first_out = none, first_in = none;
    bool alive = false;
  };
  struct EdgeRecord {
    Index from = none, to = none; ///< slots; `from == none` marks a free record, chained by next_out
    WitnessId witness{};
    bool closing = false;
    bool recheck = false; ///< only during a removal: this closing edge may have lost its reason
    Index next_out = none, previous_out = none, next_in = none, previous_in = none;
    Index next_closing = none, previous_closing = none;
  };

  NodeId idOf(Index slot) const { return {slot, nodes_[slot].generation}; }
  Index lookUp(Index from, Index to) const;
  std::size_t homeBucket(Index from, Index to) const;
  void reserveEdge();
  void indexEdge(Index edge);
  void unindexEdge(Index edge);
  Index storeEdge(Index from, Index to, WitnessId witness, bool closing);
  void dropEdge(Index edge);
  void markClosing(Index edge);
  void unmarkClosing(Index edge);
  void beginSearch() const;
  bool visit(Index slot) const;
  bool fitsIntoOrder(Index from, Index to);
  bool closingMayLead(Index from, Index to) const;
  bool searchPath(Index from, Index to) const;
  void reorder();
  std::pmr::vector<NodeId> foundPath(Index from, Index to) const;
  void doubtClosingAcross(std::uint32_t low_rank, std::uint32_t high_rank);
  void recheckDoubted();

  std::pmr::memory_resource* memory_;
  std::pmr::vector<Node> nodes_;
  std::pmr::vector<EdgeRecord> edges_;
  std::pmr::vector<Index> buckets_; ///< open addressing over (from, to) → edge, none = empty; a power of two
  std::pmr::vector<Index> free_slots_;
  Index free_edge_ = none, first_closing_ = none;
  std::size_t node_count_ = 0, edge_count_ = 0, closing_count_ = 0;

  // Scratch of the searches, as large as the node table so that no search allocates.
  mutable std::pmr::vector<std::uint32_t> mark_; ///< per slot: the search that saw it last
  mutable std::pmr::vector<Index> parent_;       ///< per slot: where searchPath came from
  mutable std::pmr::vector<Index> forward_, backward_;
  std::pmr::vector<std::uint32_t> ranks_;
  mutable std::uint32_t search_ = 0;
  mutable std::uint64_t visited_count_ = 0;
};

} // namespace racecourse::lockorder
