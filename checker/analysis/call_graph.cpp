// Components are found with Tarjan's algorithm ("Depth-First Search and Linear Graph Algorithms", 1972) on an explicit
// stack: generated code has call chains deeper than a thread's stack. Invariant: `low` of a function is the smallest
// visiting number reachable through its subtree and one edge back; a root has low == number, and everything above it
// on the component stack is its component. Components come out callees first.
#include "checker/analysis/call_graph.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

CallGraph CallGraph::build(const Unit& unit) {
  CallGraph graph;
  graph.body_of_.resize(unit.entities.size());
  for (std::size_t f = 0; f < unit.functions.size(); ++f) {
    const Function& function = unit.functions[f];
    if (!function.blocks.empty() && function.entity.valid() && !graph.body_of_[function.entity.value])
      graph.body_of_[function.entity.value] = FunctionId(f);
  }
  std::vector<std::vector<EntityId>> overriders(unit.entities.size());
  for (std::size_t e = 0; e < unit.entities.size(); ++e)
    for (EntityId base : unit.entities[e].overrides)
      if (base.valid()) overriders[base.value].push_back(EntityId(e));

  graph.called_.assign(unit.functions.size(), false);
  std::vector<FunctionId> found, handed;
  for (std::size_t f = 0; f < unit.functions.size(); ++f) {
    const Function& function = unit.functions[f];
    graph.site_first_.push_back(static_cast<std::uint32_t>(graph.sites_.size()));
    graph.edge_first_.push_back(static_cast<std::uint32_t>(graph.edges_.size()));
    if (function.blocks.empty()) continue;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (event.kind != EventKind::Call && event.kind != EventKind::Wait) continue;
      found.clear();
      handed.clear();
      bool known = (event.flags & kCallKnown) != 0;
      if (event.kind == EventKind::Call) {
        if (FunctionId body = graph.bodyOf(event.callee)) found.push_back(body);
        if ((event.flags & kCallVirtual) && event.callee) {
          std::vector<EntityId> pending{event.callee};
          for (std::size_t i = 0; i < pending.size() && found.size() <= kMaxOverriders; ++i)
            for (EntityId over : overriders[pending[i].value]) {
              pending.push_back(over);
              if (FunctionId body = graph.bodyOf(over); body && std::ranges::find(found, body) == found.end())
                found.push_back(body);
            }
          if (found.size() > kMaxOverriders) {
            found.resize(kMaxOverriders);
            graph.capped_.emplace_back(FunctionId(f), EventId(e));
          }
        }
      }
      bool invokes = event.kind == EventKind::Wait || (event.flags & (kCallInvokesArguments | kCallOnce));
      for (const Argument& argument : event.arguments)
        if (argument.kind == ValueKind::Callable)
          if (FunctionId body = graph.bodyOf(argument.callable)) (invokes ? found : handed).push_back(body);
      CallSite site;
      site.event = EventId(e);
      site.first = static_cast<std::uint32_t>(graph.targets_.size());
      site.count = static_cast<std::uint32_t>(found.size());
      site.unresolved = event.kind == EventKind::Call && found.empty() && !known &&
                        (event.flags & (kCallIndirect | kCallVirtual));
      if (site.unresolved) ++graph.unresolved_;
      // A call with nothing to follow is kept only for its arguments (callables that escape into the unknown).
      if (event.kind == EventKind::Wait && found.empty()) continue;
      graph.sites_.push_back(site);
      graph.targets_.insert(graph.targets_.end(), found.begin(), found.end());
      graph.edges_.insert(graph.edges_.end(), found.begin(), found.end());
      graph.edges_.insert(graph.edges_.end(), handed.begin(), handed.end());
      for (FunctionId target : found)
        graph.called_[target.value] = true;
    }
  }
  graph.site_first_.push_back(static_cast<std::uint32_t>(graph.sites_.size()));
  graph.edge_first_.push_back(static_cast<std::uint32_t>(graph.edges_.size()));
  graph.order(unit);
  return graph;
}

const CallSite* CallGraph::site(FunctionId f, EventId event) const {
  auto all = sites(f);
  auto it = std::ranges::lower_bound(all, event, {}, &CallSite::event);
  return it != all.end() && it->event == event ? &*it : nullptr;
}

void CallGraph::order(const Unit& unit) {
  const std::size_t count = unit.functions.size();
  constexpr std::uint32_t kUnseen = ~0u;
  std::vector<std::uint32_t> number(count, kUnseen), low(count);
  std::vector<bool> on_stack(count, false);
  std::vector<std::uint32_t> stack;
  struct Frame {
    std::uint32_t function, edge;
  };
  std::vector<Frame> frames;
  std::uint32_t next = 0;
  rank_.assign(count, 0);
  recursive_.assign(count, false);
  for (std::uint32_t start = 0; start < count; ++start) {
    if (number[start] != kUnseen) continue;
    frames.push_back({start, edge_first_[start]});
    number[start] = low[start] = next++;
    stack.push_back(start);
    on_stack[start] = true;
    while (!frames.empty()) {
      Frame& frame = frames.back();
      std::uint32_t f = frame.function;
      if (frame.edge < edge_first_[f + 1]) {
        std::uint32_t to = edges_[frame.edge++].value;
        if (to == f) recursive_[f] = true;
        if (number[to] == kUnseen) {
          number[to] = low[to] = next++;
          stack.push_back(to);
          on_stack[to] = true;
          frames.push_back({to, edge_first_[to]});
        } else if (on_stack[to]) {
          low[f] = std::min(low[f], number[to]);
        }
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) low[frames.back().function] = std::min(low[frames.back().function], low[f]);
      if (low[f] != number[f]) continue;
      std::vector<FunctionId> component;
      for (;;) {
        std::uint32_t member = stack.back();
        stack.pop_back();
        on_stack[member] = false;
        component.push_back(FunctionId(member));
        rank_[member] = static_cast<std::uint32_t>(components_.size());
        if (member == f) break;
      }
      std::ranges::sort(component);
      if (component.size() > 1)
        for (FunctionId member : component)
          recursive_[member.value] = true;
      components_.push_back(std::move(component));
    }
  }
}

} // namespace racecourse::analysis
