// Cycles in bulk, for reports and exports: asked rarely, so they may allocate.
//
// cyclesThrough: first the distance of every node back to the tail of the edge (breadth first, backwards);
// then a depth-first walk from its head for each length in turn, which enters a node only when the rest of
// the length still suffices to come home. Walks that cannot become a cycle of that length are thus never
// begun, except where the only ways home are already on the path. Cycles come out shorter first, and a limit
// cuts the long ones off.
//
// cyclicComponents: Tarjan, "Depth-first search and linear graph algorithms" (1972), with an explicit stack.
#include "runtime/lockorder/graph.h"

#include <algorithm>

namespace racecourse::lockorder {

Cycles Graph::cyclesThrough(NodeId from, NodeId to, const CycleLimits& limits) const {
  Cycles result{std::pmr::vector<std::pmr::vector<NodeId>>(memory_), true};
  if (!contains(from) || !contains(to) || lookUp(from.slot, to.slot) == none) return result;
  if (from == to) {
    if (limits.max_length >= 1 && limits.max_count >= 1)
      result.cycles.push_back(std::pmr::vector<NodeId>({from}, memory_));
    return result;
  }

  std::pmr::vector<Index> distance(nodes_.size(), none, memory_), queue(memory_);
  distance[from.slot] = 0;
  queue.push_back(from.slot);
  for (std::size_t next = 0; next < queue.size(); ++next) {
    if (distance[queue[next]] + 1 >= limits.max_length)
      break; // farther nodes cannot be on a cycle short enough
    for (Index edge = nodes_[queue[next]].first_in; edge != none; edge = edges_[edge].next_in)
      if (distance[edges_[edge].from] == none) {
        distance[edges_[edge].from] = distance[queue[next]] + 1;
        queue.push_back(edges_[edge].from);
      }
  }
  if (distance[to.slot] == none) return result;

  std::size_t longest = std::min<std::size_t>(limits.max_length, queue.size());
  std::size_t steps = 0;
  std::pmr::vector<Index> path(memory_), cursor(memory_); // cursor[i]: the next edge to try out of path[i]
  std::pmr::vector<bool> on_path(nodes_.size(), false, memory_);
  for (std::size_t length = distance[to.slot] + 1; length <= longest; ++length) {
    path.assign({from.slot, to.slot});
    cursor.assign({none, nodes_[to.slot].first_out});
    on_path[from.slot] = on_path[to.slot] = true;
    while (path.size() > 1) {
      Index edge = cursor.back();
      if (edge == none) {
        on_path[path.back()] = false;
        path.pop_back();
        cursor.pop_back();
        continue;
      }
      cursor.back() = edges_[edge].next_out;
      if (++steps > limits.max_steps) {
        result.complete = false;
        return result;
      }
      Index head = edges_[edge].to;
      if (head == from.slot && path.size() == length) {
        if (result.cycles.size() == limits.max_count) {
          result.complete = false;
          return result;
        }
        std::pmr::vector<NodeId>& cycle = result.cycles.emplace_back();
        for (Index slot : path)
          cycle.push_back(idOf(slot));
      } else if (!on_path[head] && distance[head] != none && path.size() + distance[head] <= length) {
        path.push_back(head);
        cursor.push_back(nodes_[head].first_out);
        on_path[head] = true;
      }
    }
    on_path[from.slot] = false;
  }
  return result;
}

std::pmr::vector<std::pmr::vector<NodeId>> Graph::cyclicComponents() const {
  std::pmr::vector<std::pmr::vector<NodeId>> result(memory_);
  if (closing_count_ == 0) return result;

  std::pmr::vector<Index> order(nodes_.size(), none, memory_), low(nodes_.size(), none, memory_);
  std::pmr::vector<bool> on_stack(nodes_.size(), false, memory_);
  std::pmr::vector<Index> stack(memory_), path(memory_), cursor(memory_);
  Index counter = 0;
  auto enter = [&](Index slot) {
    order[slot] = low[slot] = counter++;
    on_stack[slot] = true;
    stack.push_back(slot);
    path.push_back(slot);
    cursor.push_back(nodes_[slot].first_out);
  };
  for (Index root = 0; root < nodes_.size(); ++root) {
    if (!nodes_[root].alive || order[root] != none) continue;
    enter(root);
    while (!path.empty()) {
      Index slot = path.back();
      if (Index edge = cursor.back(); edge != none) {
        cursor.back() = edges_[edge].next_out;
        Index head = edges_[edge].to;
        if (order[head] == none)
          enter(head);
        else if (on_stack[head])
          low[slot] = std::min(low[slot], order[head]);
        continue;
      }
      path.pop_back();
      cursor.pop_back();
      if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[slot]);
      if (low[slot] != order[slot]) continue;
      std::pmr::vector<NodeId> component(memory_);
      for (bool more = true; more;) {
        Index member = stack.back();
        stack.pop_back();
        on_stack[member] = false;
        component.push_back(idOf(member));
        more = member != slot;
      }
      if (component.size() == 1 && lookUp(slot, slot) == none) continue;
      std::sort(component.begin(), component.end());
      result.push_back(std::move(component));
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

} // namespace racecourse::lockorder
