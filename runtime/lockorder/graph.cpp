// The idea. Every node has a rank; for each edge a → b inside the order rank(a) < rank(b). A new edge that
// agrees with the ranks needs no work. One that disagrees starts two searches which never leave the ranks
// between its ends: forward from its head, backward from its tail. When they do not meet, the nodes found are
// given the ranks they already own, in another order (Pearce and Kelly 2006). When they meet, the edge closes
// a cycle; it is kept, but outside the order.
//
// Invariant. (1) Ranks are a permutation of the slots. (2) Edges inside the order go up. (3) For each closing
// edge u → v the order leads from v to u; hence there is a cycle exactly when there is a closing edge. Adding
// edges cannot break (3); removing can, so a removal looks again at those closing edges whose ranks span the
// thing removed.
//
// Once there are closing edges, an edge that fits into the order can still lie on a cycle, one that uses a
// closing edge. A way from x to y uses ordered edges except at closing ones, so no node on it ranks above y
// and above all tails of closing edges; that bound prunes the search.
//
// Tried and dropped: dropping the closing edge (the same cycle is then found again and again, and the
// exported graph lacks the very edge people ask for); a bit matrix of reachability (fast to ask, but
// quadratic memory and a removal rebuilds it).
#include "runtime/lockorder/graph.h"

#include <algorithm>
#include <cassert>

namespace racecourse::lockorder {

namespace {
constexpr std::size_t first_bucket_count = 64;

template <class Vector> void reserveOneMore(Vector& vector, std::size_t wanted) {
  if (vector.capacity() < wanted) vector.reserve(std::max(wanted, vector.capacity() * 2));
}
} // namespace

Graph::Graph(std::pmr::memory_resource* memory)
    : memory_(memory), nodes_(memory), edges_(memory), buckets_(memory), free_slots_(memory), mark_(memory),
      parent_(memory), forward_(memory), backward_(memory), ranks_(memory) {}

// --- nodes
// -------------------------------------------------------------------------------------------------------

NodeId Graph::addNode() {
  if (free_slots_.empty()) {
    // All growth first: whatever throws, throws before anything has changed.
    std::size_t wanted = nodes_.size() + 1;
    reserveOneMore(free_slots_, wanted);
    reserveOneMore(mark_, wanted);
    reserveOneMore(parent_, wanted);
    reserveOneMore(forward_, wanted);
    reserveOneMore(backward_, wanted);
    reserveOneMore(ranks_, wanted);
    reserveOneMore(nodes_, wanted);
    Index slot = static_cast<Index>(nodes_.size());
    mark_.push_back(0);
    parent_.push_back(none);
    nodes_.emplace_back();
    nodes_.back().rank = slot;
    free_slots_.push_back(slot);
  }
  Index slot = free_slots_.back();
  free_slots_.pop_back();
  nodes_[slot].alive = true;
  ++node_count_;
  return idOf(slot);
}

bool Graph::contains(NodeId node_id) const {
  return node_id.slot < nodes_.size() && nodes_[node_id.slot].alive &&
         nodes_[node_id.slot].generation == node_id.generation;
}

bool Graph::removeNode(NodeId node_id) {
  if (!contains(node_id)) return false;
  Node& node = nodes_[node_id.slot];
  doubtClosingAcross(node.rank, node.rank);
  while (node.first_out != none)
    dropEdge(node.first_out);
  while (node.first_in != none)
    dropEdge(node.first_in);
  node.alive = false;
  ++node.generation;
  --node_count_;
  free_slots_.push_back(node_id.slot); // cannot grow: addNode reserved one entry per slot
  recheckDoubted();
  return true;
}

std::uint32_t Graph::rank(NodeId node_id) const {
  assert(contains(node_id));
  return nodes_[node_id.slot].rank;
}

// --- the table of edges
// ------------------------------------------------------------------------------------------

std::size_t Graph::homeBucket(Index from, Index to) const {
  std::uint64_t key = (std::uint64_t{from} << 32) | to;
  key *= 0x9E3779B97F4A7C15ULL; // Fibonacci hashing; the high bits are the good ones
  return static_cast<std::size_t>(key >> 32) & (buckets_.size() - 1);
}

Graph::Index Graph::lookUp(Index from, Index to) const {
  if (buckets_.empty()) return none;
  for (std::size_t bucket = homeBucket(from, to); buckets_[bucket] != none;
       bucket = (bucket + 1) & (buckets_.size() - 1)) {
    const EdgeRecord& edge = edges_[buckets_[bucket]];
    if (edge.from == from && edge.to == to) return buckets_[bucket];
  }
  return none;
}

void Graph::reserveEdge() {
  if ((edge_count_ + 1) * 2 > buckets_.size()) {
    std::size_t wanted = std::max(first_bucket_count, buckets_.size() * 2);
    std::pmr::vector<Index> larger(wanted, none, memory_);
    buckets_.swap(larger);
    for (Index edge = 0; edge < edges_.size(); ++edge)
      if (edges_[edge].from != none) indexEdge(edge);
  }
  if (free_edge_ == none) {
    edges_.emplace_back();
    free_edge_ = static_cast<Index>(edges_.size() - 1);
  }
}

void Graph::indexEdge(Index edge) {
  std::size_t bucket = homeBucket(edges_[edge].from, edges_[edge].to);
  while (buckets_[bucket] != none)
    bucket = (bucket + 1) & (buckets_.size() - 1);
  buckets_[bucket] = edge;
}

void Graph::unindexEdge(Index edge) {
  std::size_t mask = buckets_.size() - 1;
  std::size_t hole = homeBucket(edges_[edge].from, edges_[edge].to);
  while (buckets_[hole] != edge)
    hole = (hole + 1) & mask;
  // Close the gap instead of leaving a tombstone: move back whatever probed across it.
  for (std::size_t next = (hole + 1) & mask; buckets_[next] != none; next = (next + 1) & mask) {
    const EdgeRecord& record = edges_[buckets_[next]];
    std::size_t home = homeBucket(record.from, record.to);
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      buckets_[hole] = buckets_[next];
      hole = next;
    }
  }
  buckets_[hole] = none;
}

/// Precondition: reserveEdge() was called since the last storeEdge. Allocates nothing.
Graph::Index Graph::storeEdge(Index from, Index to, WitnessId witness, bool closing) {
  Index index = free_edge_;
  free_edge_ = edges_[index].next_out;
  EdgeRecord& edge = edges_[index] = EdgeRecord{};
  edge.from = from;
  edge.to = to;
  edge.witness = witness;
  edge.next_out = nodes_[from].first_out;
  if (edge.next_out != none) edges_[edge.next_out].previous_out = index;
  nodes_[from].first_out = index;
  edge.next_in = nodes_[to].first_in;
  if (edge.next_in != none) edges_[edge.next_in].previous_in = index;
  nodes_[to].first_in = index;
  indexEdge(index);
  ++edge_count_;
  if (closing) markClosing(index);
  return index;
}

void Graph::dropEdge(Index index) {
  EdgeRecord& edge = edges_[index];
  if (edge.closing) unmarkClosing(index);
  unindexEdge(index);
  (edge.previous_out == none ? nodes_[edge.from].first_out : edges_[edge.previous_out].next_out) =
      edge.next_out;
  if (edge.next_out != none) edges_[edge.next_out].previous_out = edge.previous_out;
  (edge.previous_in == none ? nodes_[edge.to].first_in : edges_[edge.previous_in].next_in) = edge.next_in;
  if (edge.next_in != none) edges_[edge.next_in].previous_in = edge.previous_in;
  edge = EdgeRecord{};
  edge.next_out = free_edge_;
  free_edge_ = index;
  --edge_count_;
}

void Graph::markClosing(Index index) {
  EdgeRecord& edge = edges_[index];
  edge.closing = true;
  edge.next_closing = first_closing_;
  if (first_closing_ != none) edges_[first_closing_].previous_closing = index;
  first_closing_ = index;
  ++closing_count_;
}

void Graph::unmarkClosing(Index index) {
  EdgeRecord& edge = edges_[index];
  (edge.previous_closing == none ? first_closing_ : edges_[edge.previous_closing].next_closing) =
      edge.next_closing;
  if (edge.next_closing != none) edges_[edge.next_closing].previous_closing = edge.previous_closing;
  edge.closing = edge.recheck = false;
  edge.next_closing = edge.previous_closing = none;
  --closing_count_;
}

// --- edges
// -------------------------------------------------------------------------------------------------------

InsertResult Graph::insertEdge(NodeId from, NodeId to, WitnessId witness) {
  InsertResult result{Outcome::Added, std::pmr::vector<NodeId>(memory_)};
  if (!contains(from) || !contains(to)) {
    result.outcome = Outcome::Stale;
    return result;
  }
  if (lookUp(from.slot, to.slot) != none) {
    result.outcome = Outcome::Known;
    return result;
  }
  reserveEdge();
  bool fits = fitsIntoOrder(from.slot, to.slot);
  if (from == to) {
    result.outcome = Outcome::Cycle;
    result.cycle.push_back(from);
  } else if ((!fits || closingMayLead(to.slot, from.slot)) && searchPath(to.slot, from.slot)) {
    result.outcome = Outcome::Cycle;
    result.cycle = foundPath(to.slot, from.slot);
    // The path runs to … from; the cycle is told from its new edge on.
    std::rotate(result.cycle.begin(), result.cycle.end() - 1, result.cycle.end());
  }
  storeEdge(from.slot, to.slot, witness, !fits);
  return result;
}

bool Graph::removeEdge(NodeId from, NodeId to) {
  if (!contains(from) || !contains(to)) return false;
  Index edge = lookUp(from.slot, to.slot);
  if (edge == none) return false;
  if (!edges_[edge].closing) doubtClosingAcross(nodes_[from.slot].rank, nodes_[to.slot].rank);
  dropEdge(edge);
  recheckDoubted();
  return true;
}

std::optional<Edge> Graph::findEdge(NodeId from, NodeId to) const {
  if (!contains(from) || !contains(to)) return std::nullopt;
  Index edge = lookUp(from.slot, to.slot);
  if (edge == none) return std::nullopt;
  return Edge{from, to, edges_[edge].witness, edges_[edge].closing};
}

bool Graph::setWitness(NodeId from, NodeId to, WitnessId witness) {
  if (!contains(from) || !contains(to)) return false;
  Index edge = lookUp(from.slot, to.slot);
  if (edge == none) return false;
  edges_[edge].witness = witness;
  return true;
}

// --- the order
// ---------------------------------------------------------------------------------------------------

void Graph::beginSearch() const {
  if (++search_ == 0) { // after 2^32 searches old marks could look new
    std::fill(mark_.begin(), mark_.end(), 0);
    search_ = 1;
  }
}

/// True the first time the current search comes here.
bool Graph::visit(Index slot) const {
  if (mark_[slot] == search_) return false;
  mark_[slot] = search_;
  ++visited_count_;
  return true;
}

/// Makes room in the order for from → to. False, with nothing changed, when the order leads from `to` to
/// `from`.
bool Graph::fitsIntoOrder(Index from, Index to) {
  if (from == to) return false;
  std::uint32_t low = nodes_[to].rank, high = nodes_[from].rank;
  if (high < low) return true;

  beginSearch();
  forward_.clear();
  visit(to);
  forward_.push_back(to);
  for (std::size_t next = 0; next < forward_.size(); ++next)
    for (Index edge = nodes_[forward_[next]].first_out; edge != none; edge = edges_[edge].next_out) {
      Index head = edges_[edge].to;
      if (edges_[edge].closing || nodes_[head].rank > high) continue;
      if (head == from) return false;
      if (visit(head)) forward_.push_back(head);
    }

  backward_.clear();
  visit(from);
  backward_.push_back(from);
  for (std::size_t next = 0; next < backward_.size(); ++next)
    for (Index edge = nodes_[backward_[next]].first_in; edge != none; edge = edges_[edge].next_in) {
      Index tail = edges_[edge].from;
      if (edges_[edge].closing || nodes_[tail].rank < low) continue;
      if (visit(tail)) backward_.push_back(tail);
    }
  reorder();
  return true;
}

/// Deals the ranks owned by both searches out again: what leads to the tail first, what follows the head
/// after it, each side in its old order.
void Graph::reorder() {
  auto byRank = [this](Index a, Index b) { return nodes_[a].rank < nodes_[b].rank; };
  std::sort(forward_.begin(), forward_.end(), byRank);
  std::sort(backward_.begin(), backward_.end(), byRank);
  ranks_.clear();
  for (Index slot : backward_)
    ranks_.push_back(nodes_[slot].rank);
  for (Index slot : forward_)
    ranks_.push_back(nodes_[slot].rank);
  std::sort(ranks_.begin(), ranks_.end());
  auto rank = ranks_.begin();
  for (Index slot : backward_)
    nodes_[slot].rank = *rank++;
  for (Index slot : forward_)
    nodes_[slot].rank = *rank++;
}

/// Flags the closing edges whose cycle may run through the ranks [low, high].
void Graph::doubtClosingAcross(std::uint32_t low_rank, std::uint32_t high_rank) {
  for (Index edge = first_closing_; edge != none; edge = edges_[edge].next_closing)
    edges_[edge].recheck =
        nodes_[edges_[edge].to].rank <= low_rank && high_rank <= nodes_[edges_[edge].from].rank;
}

/// Takes flagged closing edges into the order where they fit now. The ranks move while this runs; the flags
/// do not.
void Graph::recheckDoubted() {
  for (Index edge = first_closing_; edge != none;) {
    Index next = edges_[edge].next_closing;
    bool doubted = edges_[edge].recheck;
    edges_[edge].recheck = false;
    if (doubted && fitsIntoOrder(edges_[edge].from, edges_[edge].to)) unmarkClosing(edge);
    edge = next;
  }
}

// --- questions
// ---------------------------------------------------------------------------------------------------

/// Could a way from `from` down to `to` exist? It would climb to the tail of a closing edge first and leave
/// the head of one last; the ranks alone refute that for most edges.
bool Graph::closingMayLead(Index from, Index to) const {
  std::uint32_t highest_tail = 0, lowest_head = none;
  for (Index edge = first_closing_; edge != none; edge = edges_[edge].next_closing) {
    highest_tail = std::max(highest_tail, nodes_[edges_[edge].from].rank);
    lowest_head = std::min(lowest_head, nodes_[edges_[edge].to].rank);
  }
  return first_closing_ != none && nodes_[from].rank <= highest_tail && lowest_head <= nodes_[to].rank;
}

/// Breadth first along all edges, one edge at least. When true, parent_ leads back from `to` to `from`.
bool Graph::searchPath(Index from, Index to) const {
  std::uint32_t limit = nodes_[to].rank;
  for (Index edge = first_closing_; edge != none; edge = edges_[edge].next_closing)
    limit = std::max(limit, nodes_[edges_[edge].from].rank);

  beginSearch();
  forward_.clear();
  forward_.push_back(from);
  // `from` itself is marked only when it is reached again, so it can stand in the queue twice: the second
  // time everything it leads to is marked already. Hence it is not queued again.
  for (std::size_t next = 0; next < forward_.size(); ++next)
    for (Index edge = nodes_[forward_[next]].first_out; edge != none; edge = edges_[edge].next_out) {
      Index head = edges_[edge].to;
      if (nodes_[head].rank > limit || !visit(head)) continue;
      parent_[head] = forward_[next];
      if (head == to) return true;
      if (head != from) forward_.push_back(head);
    }
  return false;
}

std::pmr::vector<NodeId> Graph::foundPath(Index from, Index to) const {
  std::size_t length = 2;
  for (Index slot = parent_[to]; slot != from; slot = parent_[slot])
    ++length;
  std::pmr::vector<NodeId> path(length, memory_);
  Index slot = to;
  for (std::size_t i = length; i-- > 0; slot = parent_[slot])
    path[i] = idOf(slot);
  return path;
}

bool Graph::reaches(NodeId from, NodeId to) const {
  return contains(from) && contains(to) && searchPath(from.slot, to.slot);
}

std::pmr::vector<NodeId> Graph::nodes() const {
  std::pmr::vector<NodeId> result(memory_);
  result.reserve(node_count_);
  for (Index slot = 0; slot < nodes_.size(); ++slot)
    if (nodes_[slot].alive) result.push_back(idOf(slot));
  return result;
}

std::pmr::vector<Edge> Graph::edges() const {
  std::pmr::vector<Edge> result(memory_);
  result.reserve(edge_count_);
  for (const EdgeRecord& edge : edges_)
    if (edge.from != none) result.push_back({idOf(edge.from), idOf(edge.to), edge.witness, edge.closing});
  std::sort(result.begin(), result.end());
  return result;
}

std::pmr::vector<NodeId> Graph::successors(NodeId node_id) const {
  std::pmr::vector<NodeId> result(memory_);
  if (!contains(node_id)) return result;
  for (Index edge = nodes_[node_id.slot].first_out; edge != none; edge = edges_[edge].next_out)
    result.push_back(idOf(edges_[edge].to));
  return result;
}

std::pmr::vector<NodeId> Graph::predecessors(NodeId node_id) const {
  std::pmr::vector<NodeId> result(memory_);
  if (!contains(node_id)) return result;
  for (Index edge = nodes_[node_id.slot].first_in; edge != none; edge = edges_[edge].next_in)
    result.push_back(idOf(edges_[edge].from));
  return result;
}

const char* Graph::brokenInvariantForTest() const {
  std::vector<bool> rank_taken(nodes_.size());
  std::size_t alive = 0, out_count = 0, in_count = 0, records = 0, closing = 0, indexed = 0;
  for (Index slot = 0; slot < nodes_.size(); ++slot) {
    const Node& node = nodes_[slot];
    if (node.rank >= nodes_.size() || rank_taken[node.rank]) return "ranks are no permutation";
    rank_taken[node.rank] = true;
    alive += node.alive;
    for (Index edge = node.first_out; edge != none; edge = edges_[edge].next_out, ++out_count)
      if (edges_[edge].from != slot || !node.alive) return "an edge stands in a wrong list of outgoing edges";
    for (Index edge = node.first_in; edge != none; edge = edges_[edge].next_in, ++in_count)
      if (edges_[edge].to != slot || !node.alive) return "an edge stands in a wrong list of incoming edges";
  }
  for (Index edge = 0; edge < edges_.size(); ++edge) {
    const EdgeRecord& record = edges_[edge];
    if (record.from == none) continue;
    ++records;
    closing += record.closing;
    if (record.recheck) return "a doubt was left behind";
    if (lookUp(record.from, record.to) != edge) return "an edge is not found by its ends";
    if (!record.closing && nodes_[record.from].rank >= nodes_[record.to].rank) return "an edge goes down";
  }
  for (Index bucket : buckets_)
    indexed += bucket != none;
  if (alive != node_count_ || records != edge_count_ || closing != closing_count_) return "a count is off";
  if (out_count != records || in_count != records || indexed != records)
    return "an edge is lost or listed twice";
  for (Index edge = first_closing_; edge != none; edge = edges_[edge].next_closing, --closing)
    if (!edges_[edge].closing) return "the list of closing edges holds another edge";
  return closing == 0 ? nullptr : "the list of closing edges is incomplete";
}

} // namespace racecourse::lockorder
