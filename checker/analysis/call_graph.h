// CallGraph: which bodies each Call may run, and the order in which summaries can be made. Direct calls, known
// overriders of virtual calls, and callables handed to something that calls them at once. Calls through pointers that
// the frontend did not resolve have no target. Never follows Spawn (that is another thread). Immutable after build().
// Cost: linear in events; overriders per call are capped.
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <span>
#include <vector>

namespace racecourse::analysis {

/// Overriders followed from one virtual call: wider hierarchies are visitors and plugins, seldom about locks.
inline constexpr std::size_t kMaxOverriders = 16;

struct CallSite {
  model::EventId event;
  std::uint32_t first = 0, count = 0; ///< into CallGraph::targets
  bool unresolved = false;            ///< nobody knows what it runs
};

class CallGraph {
public:
  static CallGraph build(const model::Unit& unit);

  model::FunctionId bodyOf(model::EntityId entity) const {
    return entity.valid() && entity.value < body_of_.size() ? body_of_[entity.value] : model::FunctionId();
  }
  /// Calls (and Waits that run a predicate) of a function, by event.
  std::span<const CallSite> sites(model::FunctionId f) const {
    return std::span(sites_).subspan(site_first_[f.value], site_first_[f.value + 1] - site_first_[f.value]);
  }
  const CallSite* site(model::FunctionId f, model::EventId event) const;
  std::span<const model::FunctionId> targets(const CallSite& site) const {
    return std::span(targets_).subspan(site.first, site.count);
  }
  /// Strongly connected components, callees before callers.
  const std::vector<std::vector<model::FunctionId>>& components() const { return components_; }
  /// Position of a function's component in components(): callers have larger ranks than their callees.
  std::uint32_t rank(model::FunctionId f) const { return rank_[f.value]; }
  bool recursive(model::FunctionId f) const { return recursive_[f.value]; }
  /// Some Call names this body.
  bool called(model::FunctionId f) const { return called_[f.value]; }
  /// Virtual calls with more overriders than kMaxOverriders, in order.
  const std::vector<std::pair<model::FunctionId, model::EventId>>& capped() const { return capped_; }
  std::size_t unresolvedCount() const { return unresolved_; }

private:
  void order(const model::Unit& unit);
  std::vector<model::FunctionId> body_of_;
  std::vector<std::uint32_t> site_first_;
  std::vector<CallSite> sites_;
  std::vector<model::FunctionId> targets_;
  std::vector<std::uint32_t> edge_first_;
  std::vector<model::FunctionId> edges_; ///< targets and callables handed on: what must be summarised first
  std::vector<std::vector<model::FunctionId>> components_;
  std::vector<std::uint32_t> rank_;
  std::vector<bool> recursive_, called_;
  std::vector<std::pair<model::FunctionId, model::EventId>> capped_;
  std::size_t unresolved_ = 0;
};

} // namespace racecourse::analysis
