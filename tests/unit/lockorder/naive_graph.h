// The judge of the lock-order graph: a set of edges, and questions answered by walking all of it. Nothing
// here is clever, so that it is right by reading. Nodes are whatever ids the graph under test gave out.
#pragma once

#include "runtime/lockorder/graph.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <vector>

namespace racecourse::lockorder {

class NaiveGraph {
public:
  void addNode(NodeId node) { next_[node]; }
  void removeNode(NodeId node) {
    next_.erase(node);
    for (auto& [from, heads] : next_)
      heads.erase(node);
  }
  void insertEdge(NodeId from, NodeId to, WitnessId witness) { next_[from].emplace(to, witness); }
  bool removeEdge(NodeId from, NodeId to) { return next_[from].erase(to) > 0; }
  bool hasEdge(NodeId from, NodeId to) const { return next_.at(from).contains(to); }

  /// Edges on a shortest way of one edge or more; 0 when there is none.
  std::size_t distance(NodeId from, NodeId to) const {
    std::map<NodeId, std::size_t> seen;
    std::deque<std::pair<NodeId, std::size_t>> queue{{from, 0}};
    while (!queue.empty()) {
      auto [node, length] = queue.front();
      queue.pop_front();
      for (const auto& [head, witness] : next_.at(node)) {
        if (head == to) return length + 1;
        if (seen.emplace(head, length + 1).second) queue.emplace_back(head, length + 1);
      }
    }
    return 0;
  }
  bool reaches(NodeId from, NodeId to) const { return distance(from, to) > 0; }

  std::vector<Edge> edges() const {
    std::vector<Edge> result;
    for (const auto& [from, heads] : next_)
      for (const auto& [to, witness] : heads)
        result.push_back({from, to, witness, false});
    return result;
  }

  std::set<std::vector<NodeId>> cyclesThrough(NodeId from, NodeId to, std::size_t max_length) const {
    std::set<std::vector<NodeId>> result;
    std::vector<NodeId> path{from};
    if (hasEdge(from, to)) extend(path, to, max_length, result);
    return result;
  }

  std::set<std::vector<NodeId>> cyclicComponents() const {
    std::set<std::vector<NodeId>> result;
    for (const auto& [node, heads] : next_) {
      std::vector<NodeId> component;
      for (const auto& [other, other_heads] : next_)
        if (reaches(node, other) && reaches(other, node)) component.push_back(other);
      if (!component.empty()) result.insert(component);
    }
    return result;
  }

private:
  void extend(std::vector<NodeId>& path, NodeId next, std::size_t max_length,
              std::set<std::vector<NodeId>>& result) const {
    if (next == path.front() && path.size() <= max_length) result.insert(path);
    if (path.size() >= max_length || std::find(path.begin(), path.end(), next) != path.end()) return;
    path.push_back(next);
    for (const auto& [head, witness] : next_.at(next))
      extend(path, head, max_length, result);
    path.pop_back();
  }

  std::map<NodeId, std::map<NodeId, WitnessId>> next_;
};

} // namespace racecourse::lockorder
