// What a Facts holds. Private to facts.cpp and its siblings (pairs.cpp, wordless queries of facts.cpp, facts_text.cpp);
// rules never include this. Memo tables are filled by const queries, hence mutable: one Facts, one thread.
#pragma once

#include "checker/analysis/contexts.h"
#include "checker/analysis/facts.h"

#include <map>
#include <unordered_map>
#include <unordered_set>

namespace racecourse::analysis {

struct Facts::Data {
  Data(const model::Unit& program, const Options& given)
      : unit(program), options(given), graph(CallGraph::build(program)),
        flows(analyseFlows(program, graph, options)), contexts(program, graph, flows, options) {}

  const model::Unit& unit;
  Options options;
  CallGraph graph;
  Flows flows;
  Contexts contexts;
  SetTable<HeldLock, LocksetId, HeldLockHash> locksets;
  std::unordered_map<std::uint64_t, std::pair<LocksetId, LocksetId>> held; ///< (context, state) → must, may
  std::unordered_map<std::uint64_t, PlaceSetId> resolved;                  ///< (context, path)
  std::unordered_set<std::uint32_t> shared_locals;  ///< Local places that another thread reaches
  std::unordered_set<std::uint32_t> escaped_locals; ///< entities of locals whose address is stored somewhere
  std::unordered_map<std::uint32_t, std::vector<Exit>> exits;
  std::map<std::uint32_t, std::vector<std::string>> notes; ///< by function

  std::uint32_t stateIndex(Point p) const {
    return flows.flows[contexts.all[p.context.value].facts.function.value].stateIndex(p.event);
  }
  std::pair<LocksetId, LocksetId> heldAt(ContextId c, std::uint32_t index);
  PlaceSetId resolve(ContextId c, model::PathId path);
  void findSharedLocals();
  void collectNotes();
  /// Indices of the context edges that lead into a context.
  const std::vector<std::uint32_t>& entriesOf(ContextId c);
  std::vector<std::vector<std::uint32_t>> entries; ///< by context; filled by the first question
  const std::vector<Point>& bareEntries(const Facts& facts, ContextId to, PlaceSetId lock);
  bool takenByChance(const Facts& facts, Point p, const HeldLock& lock);
  std::map<std::pair<ContextId, PlaceSetId>, std::vector<Point>> bare_entries;
  /// `meet`: kSameElements of one array are one object (for data; not for locks, which a loop takes one by one).
  Same samePlace(PlaceId a, PlaceId b, bool meet = false) const;
  /// The function whose run makes the object (locals, allocations, by-value parameters); none for others.
  model::FunctionId home(const model::Path& place) const;
  bool ownRunsOnly(ContextId a, ContextId b, const model::Path& place) const;
  /// Objects of which each thread of this root has one to itself: it was made for the thread, or holds its handle.
  const std::vector<PlaceId>& ownOfEach(ThreadId thread);
  std::map<ThreadId, std::vector<PlaceId>> own_of_each;
};

} // namespace racecourse::analysis
