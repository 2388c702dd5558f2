// Several lock-order graphs as one: what the checker predicts and what runs have done. An edge is then predicted,
// observed, or both, and a cycle may close that stands in none of the files alone.
//
// A recorded lock is one of the program's locks when its name says so, or when it was acquired at the places where the
// checker sees that lock acquired; the places of both locks of an edge count most. What stays undecided stays a lock of its
// own. Many recorded objects of one variable (every Account's mu_) become the one lock that the checker means. Pure and
// deterministic; the result owns its memory.
#pragma once

#include "checker/report/graph_file.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace racecourse::report {

struct MergedGraph {
  struct Source {
    std::string name;
    bool recorded = false;
    std::int64_t lost = 0;
  };
  struct Lock {
    std::string name, kind;
    GraphPlace declared; ///< text: the variable's name; file empty: not known
    bool predicted = false, observed = false;
    std::size_t recorded_count = 0; ///< recorded objects, the most in any one file
  };
  struct Witness {
    std::size_t source = 0;
    GraphWitness way; ///< gates in numbers of this graph
  };
  struct Edge {
    std::size_t from = 0, to = 0;
    bool predicted = false, observed = false;
    std::int64_t count = 0;         ///< of all files
    std::vector<Witness> witnesses; ///< at most kMergedWitnesses of each file
  };
  struct Verdict {
    std::size_t source = 0;
    std::string level;
    std::vector<std::string> rules;
    std::string confidence;
    auto operator<=>(const Verdict&) const = default;
  };
  struct Cycle {
    std::vector<std::size_t> edges; ///< in cycle order
    std::string level;              ///< the worst of the verdicts
    std::vector<std::string> rules; ///< of an order
    std::vector<Verdict> verdicts;  ///< empty: closes only when the files are taken together
  };
  std::vector<Source> sources;
  std::vector<Lock> locks;   ///< by name
  std::vector<Edge> edges;   ///< by (from, to)
  std::vector<Cycle> cycles; ///< worst first
  bool cycles_complete = true;
};

inline constexpr std::size_t kMergedWitnesses = 8;

MergedGraph mergeGraphs(std::span<const GraphFile> files);

/// "predicted", "observed" or "both".
std::string_view seenAs(bool predicted, bool observed);

} // namespace racecourse::report
