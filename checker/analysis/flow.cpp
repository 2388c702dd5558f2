// A forward dataflow over each function's blocks, components of the call graph callees first. A block's entry holds up
// to max_disjuncts states; try-acquisitions fork, and branches on their outcome, on guard ownership, or on an
// unchanging flag keep only the states that agree. The order of a worklist pass is reverse postorder, so straight
// code and single loops settle in two rounds. In a recursive component only callers of what changed are repeated; what
// still moves after kMaxRounds is noted as imprecise.
#include "checker/analysis/flow.h"

#include "checker/analysis/flow_transfer.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

namespace {

constexpr int kMaxRounds = 16;
constexpr unsigned kCollapseVisits = 12; ///< a block seen this often keeps one state only …
constexpr unsigned kMaxVisits = 48;      ///< … and this often is given up (noted)
const LocalState kEmptyState;

class FunctionSolver {
public:
  FunctionSolver(FlowContext& context, FunctionId f)
      : context_(context), function_(context.unit[f]), transfer_(context, f),
        flow_(context.flows.flows[f.value]) {}

  void run() {
    flow_.states.clear();
    flow_.state_of_event.clear();
    flow_.exits.clear();
    flow_.dying.clear();
    never_returns = false;
    if (!transfer_.needsFixpoint()) return;
    orderBlocks();
    in_.assign(function_.blocks.size(), {});
    visits_.assign(function_.blocks.size(), 0);
    in_[0].push_back(transfer_.entryState());
    std::vector<bool> queued(function_.blocks.size(), false);
    queued[0] = true;
    bool pending = true;
    while (pending) {
      pending = false;
      for (std::uint32_t b : order_) {
        if (!queued[b]) continue;
        queued[b] = false;
        if (++visits_[b] > kMaxVisits) {
          flow_.capped = true;
          continue;
        }
        propagate(b, queued);
      }
      for (std::size_t b = 0; b < queued.size(); ++b)
        pending |= queued[b];
    }
    record();
  }

  bool never_returns = false; ///< after run()

private:
  void orderBlocks() {
    std::vector<std::uint8_t> seen(function_.blocks.size(), 0);
    std::vector<std::pair<std::uint32_t, std::size_t>> stack{{0, 0}};
    seen[0] = 1;
    while (!stack.empty()) {
      auto& [block, next] = stack.back();
      const auto& successors = function_.blocks[block].successors;
      if (next < successors.size()) {
        BlockId to = successors[next++];
        if (to.valid() && to.value < seen.size() && !seen[to.value]) {
          seen[to.value] = 1;
          stack.emplace_back(to.value, 0);
        }
        continue;
      }
      order_.push_back(block);
      stack.pop_back();
    }
    std::ranges::reverse(order_);
  }

  void propagate(std::uint32_t b, std::vector<bool>& queued) {
    std::vector<LocalState> states = in_[b];
    const Block& block = function_.blocks[b];
    for (EventId e : block.events) {
      transfer_.apply(e, states);
      if (states.empty()) return;
    }
    for (std::size_t s = 0; s < block.successors.size(); ++s) {
      BlockId to = block.successors[s];
      if (!to.valid() || to.value >= in_.size()) continue;
      unsigned cap = visits_[to.value] >= kCollapseVisits ? 1 : context_.max_disjuncts;
      for (const LocalState& state : states) {
        LocalState refined = state;
        if (block.successors.size() == 2 && !transfer_.refine(block.condition, s == 0, refined)) continue;
        if (addDisjunct(in_[to.value], refined, cap)) queued[to.value] = true;
      }
    }
  }

  std::uint32_t keep(const LocalState& state) {
    if (!flow_.states.empty() && flow_.states.back() == state)
      return static_cast<std::uint32_t>(flow_.states.size() - 1);
    flow_.states.push_back(state);
    return static_cast<std::uint32_t>(flow_.states.size() - 1);
  }

  static LocalState joined(const std::vector<LocalState>& states) {
    LocalState all = states.front();
    for (std::size_t i = 1; i < states.size(); ++i)
      joinInto(all, states[i]);
    all.flags.clear();
    return all;
  }

  /// Blocks all of whose ways end in a call that does not return: panics, failed assertions, forked children. Least
  /// fixpoint, so an endless loop is not one. A function that always ends so is no error path of its own (it may be a
  /// program's main loop): its callers' blocks decide.
  void markDying(std::vector<bool> dies) {
    if (std::ranges::find(dies, true) == dies.end()) return;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = order_.size(); i-- > 0;) {
        std::uint32_t b = order_[i];
        if (dies[b] || in_[b].empty()) continue;
        bool any = false, all = true;
        for (BlockId to : function_.blocks[b].successors)
          if (to.valid() && to.value < in_.size() && !in_[to.value].empty()) {
            any = true;
            all &= dies[to.value];
          }
        if (any && all) dies[b] = changed = true;
      }
    }
    if (function_.is_main) return;
    if (dies[0]) {
      never_returns = true;
      return;
    }
    flow_.dying.assign(function_.events.size(), false);
    for (std::size_t b = 0; b < dies.size(); ++b)
      if (dies[b])
        for (EventId e : function_.blocks[b].events)
          flow_.dying[e.value] = true;
  }

  void record() {
    std::vector<bool> dies(function_.blocks.size(), false);
    flow_.state_of_event.assign(function_.events.size(), FunctionFlow::kUnreachable);
    for (std::uint32_t b : order_) {
      std::vector<LocalState> states = in_[b];
      if (states.empty()) continue;
      const Block& block = function_.blocks[b];
      std::uint32_t index = keep(joined(states));
      for (EventId e : block.events) {
        flow_.state_of_event[e.value] = index;
        if (!transfer_.changes(e)) continue;
        transfer_.apply(e, states);
        if (states.empty()) {
          dies[b] = true;
          break;
        }
        index = keep(joined(states));
      }
      if (!states.empty() && block.successors.empty()) {
        bool by_throw =
            !block.events.empty() && function_.events[block.events.back().value].kind == EventKind::Throw;
        // One exit per way that the states still tell apart: the frontend lets all returns meet in one block.
        for (const LocalState& state : states)
          flow_.exits.push_back({BlockId(b), by_throw, keep(state)});
      }
    }
    markDying(std::move(dies));
  }

  FlowContext& context_;
  const Function& function_;
  Transfer transfer_;
  FunctionFlow& flow_;
  std::vector<std::uint32_t> order_;
  std::vector<unsigned> visits_;
  std::vector<std::vector<LocalState>> in_;
};

} // namespace

namespace {

bool dependsOn(const CallGraph& graph, FunctionId f, const std::vector<bool>& moved) {
  for (const CallSite& site : graph.sites(f))
    for (FunctionId target : graph.targets(site))
      if (moved[target.value]) return true;
  return false;
}

} // namespace

bool FlowSummary::operator==(const FlowSummary& o) const {
  return effects == o.effects && returns == o.returns && guard == o.guard && stores == o.stores &&
         live == o.live && joins == o.joins && never_returns == o.never_returns && invokes == o.invokes &&
         escapes == o.escapes && plain == o.plain && facts.sections == o.facts.sections &&
         facts.acquires_any == o.facts.acquires_any && facts.certainly_throws == o.facts.certainly_throws &&
         facts.compares_identity == o.facts.compares_identity;
}

const LocalState& Flows::state(FunctionId f, std::uint32_t index) const {
  const FunctionFlow& flow = flows[f.value];
  return flow.states.empty() ? kEmptyState : flow.states[index];
}

std::uint32_t Flows::spawnSite(FunctionId f, EventId e) const {
  auto it = std::ranges::lower_bound(spawn_sites, std::pair(f, e), {},
                                     [](const SpawnSite& s) { return std::pair(s.function, s.event); });
  return static_cast<std::uint32_t>(it - spawn_sites.begin());
}

Flows analyseFlows(const Unit& unit, const CallGraph& graph, const Options& options) {
  Flows flows(unit);
  flows.summaries.resize(unit.functions.size());
  flows.flows.resize(unit.functions.size());
  FlowContext context{unit, graph, flows, options.max_disjuncts == 0 ? 1 : options.max_disjuncts, {}, {}};
  context.contracts.resize(unit.entities.size());
  for (std::size_t f = 0; f < unit.functions.size(); ++f) {
    const Function& function = unit.functions[f];
    if (!function.contracts.empty() && function.entity)
      context.contracts[function.entity.value] = FunctionId(f);
    for (std::size_t e = 0; e < function.events.size(); ++e)
      if (function.events[e].kind == EventKind::Spawn && !function.blocks.empty())
        flows.spawn_sites.push_back({FunctionId(f), EventId(e)});
  }
  std::vector<bool> moved(unit.functions.size(), false); // summaries that changed in the last round
  for (const auto& component : graph.components()) {
    bool again = true;
    for (int round = 0; again && round < kMaxRounds; ++round) {
      again = false;
      std::vector<FunctionId> changed;
      for (FunctionId f : component) {
        if (unit[f].blocks.empty()) continue;
        if (round > 0 && !dependsOn(graph, f, moved)) continue;
        FunctionSolver solver(context, f);
        solver.run();
        FlowSummary summary = summarise(context, f);
        summary.never_returns = solver.never_returns;
        if (graph.recursive(f) && !(summary == flows.summaries[f.value])) changed.push_back(f);
        flows.summaries[f.value] = std::move(summary);
      }
      if (round > 0)
        for (FunctionId f : component)
          moved[f.value] = false;
      for (FunctionId f : changed)
        moved[f.value] = again = true;
    }
    for (FunctionId f : component) {
      if (again)
        flows.notes.emplace_back(f, "the effects of this group of mutually recursive functions were cut off");
      moved[f.value] = false;
    }
    if (again) flows.cut_components.push_back(component.front());
  }
  for (std::size_t f = 0; f < flows.flows.size(); ++f)
    if (flows.flows[f].capped)
      flows.notes.emplace_back(FunctionId(f), "the flow of locks through this function was cut off");
  return flows;
}

} // namespace racecourse::analysis
