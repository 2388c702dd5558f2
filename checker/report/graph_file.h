// A racecourse-graph/1 file as a value: what a recorded run and the checker have written, in one shape. Reading refuses
// whatever is not whole (a number that refers to nothing, a missing key) with one sentence, and nests no deeper than the
// format does, so that any bytes may be given. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::report {

/// A place of the source in a stack or a way; file empty: not known, then `text` is all there is.
struct GraphPlace {
  std::string text; ///< recorded: the function; static: what happens there
  std::string file;
  std::int64_t line = 0;
  auto operator<=>(const GraphPlace&) const = default;
};

struct GraphGate {
  std::size_t lock = 0; ///< index
  bool shared = false;
  auto operator<=>(const GraphGate&) const = default;
};

/// One way in which a thread waited (or could wait) for a lock while it held another.
struct GraphWitness {
  std::string thread;
  bool hold_shared = false, want_shared = false, timed = false;
  std::vector<GraphGate> gates;
  std::vector<GraphPlace> hold, want; ///< recorded: the stacks of both acquisitions, innermost first
  std::vector<GraphPlace> steps;      ///< static: the thread's way, in the order of time
  GraphPlace hold_at, want_at;        ///< static: the two acquisitions
  auto operator<=>(const GraphWitness&) const = default;
};

struct GraphLock {
  std::string name; ///< may be empty in a recorded file
  std::string kind;
  std::string declared_name;
  GraphPlace declared;
  std::vector<GraphPlace> first; ///< recorded: the stack of its first acquisition, innermost first
};

struct GraphEdge {
  std::size_t from = 0, to = 0; ///< indices of locks
  std::int64_t count = 0;
  std::vector<GraphWitness> witnesses;
};

struct GraphCycle {
  std::vector<std::size_t> edges; ///< indices
  std::string level;              ///< "order", "possible", "happening"
  std::vector<std::string> rules; ///< why it is only an order
  std::string confidence;         ///< static and reported, else empty
};

struct GraphFile {
  std::string name; ///< as the user gave it
  bool recorded = false;
  bool cycles_complete = true;
  std::int64_t lost = 0; ///< operations that a run could not record
  std::vector<GraphLock> locks;
  std::vector<GraphEdge> edges;
  std::vector<GraphCycle> cycles;
};

/// Empty `problem`, or one sentence in which `name` stands for the file. Stacks have lines when `racecourse symbolize` (or
/// the verb, on its way here) has put them in.
GraphFile readGraph(std::string_view text, const std::string& name, std::string& problem);

/// Empty, or a sentence: text that is not worth parsing, since it is no JSON object or nests too deep.
std::string graphTextProblem(std::string_view text, const std::string& name);

} // namespace racecourse::report
