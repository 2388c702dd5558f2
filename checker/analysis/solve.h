// solve: a linked program in, findings out. The steps stand in the order of the design: function summaries, entry
// locksets, ownership, may-run-together, guard votes, races, lock order, atomicity, lock discipline.
//
// Pure function of its input; never prints. Cost: near-linear in events; the caps below bound the rest and every cap
// that is hit becomes a note on the findings it touches.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/analysis/rule_options.h"

namespace racecourse::analysis {

struct Options {
  unsigned max_disjuncts = 4;    ///< states kept apart per point before they are joined (must ∩, may ∪)
  unsigned max_cycle_length = 5; ///< locks in a reported cycle
  unsigned max_cycles_per_group = 32;
  bool library_intent = true;    ///< treat public methods of classes that lock as callable from any thread
  bool keep_order_graph = false; ///< Result::order_graph, for `--graph`
  RuleOptions rules;             ///< what a team may set in `.clang-tidy`
};

Result solve(const model::Unit& program, const Options& options = {});

} // namespace racecourse::analysis
