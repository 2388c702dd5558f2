// What the analysis says: findings with one trace per thread, and what it could not look at. Plain values, ordered
// and free of pointers; places refer to the linked program's file table.
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace racecourse::analysis {

enum class Confidence : std::uint8_t { High, Medium, Low };
enum class Severity : std::uint8_t { Error, Warning, Note };

/// One step of a thread's way to the access or acquisition, in execution order.
struct TraceStep {
  model::Place place;
  std::string message;           ///< "spawned here", "calls Account::withdraw", "writes balance_ here"
  std::vector<std::string> held; ///< locks held at this step, for people, sorted
  auto operator<=>(const TraceStep&) const = default;
};

struct Trace {
  std::string thread; ///< "main thread", "thread worker() spawned at a.cpp:12", "any caller of Account's methods"
  std::vector<TraceStep> steps;
  auto operator<=>(const Trace&) const = default;
};

struct Finding {
  std::string rule; ///< "racecourse-unguarded-shared-data"
  Confidence confidence = Confidence::Medium;
  Severity severity = Severity::Warning;
  model::Place place;   ///< primary: the unguarded access, the acquisition that closes the cycle, …
  std::string message;  ///< one sentence, no place in it
  std::vector<Trace> traces;
  std::vector<std::string> notes; ///< guard vote, consistent order, "false if …", imprecision notes
  std::string identity; ///< what the fingerprint hashes: rule + lock/variable identities + functions, no line numbers
};

/// What was and was not looked at. Filled by the analysis; the tool adds failed units.
struct Coverage {
  std::size_t units = 0;
  std::size_t failed_units = 0;
  std::size_t functions = 0;      ///< with a body, after linking
  std::size_t threads = 0;        ///< spawn sites and thread roots
  std::size_t locks = 0;          ///< distinct lock identities acquired
  std::size_t lines = 0;
  std::size_t unresolved_calls = 0; ///< calls through pointers nobody could resolve
  std::vector<std::string> failures; ///< "path: sentence", sorted
  std::vector<std::string> notes;    ///< caps hit and the like, sorted, without duplicates
};

/// The state at one Probe event, in one thread context; for tests.
struct ProbeState {
  std::string label;
  model::Place place;
  std::string thread;
  std::vector<std::string> must_held, may_held; ///< sorted names; shared holds end in " (shared)"
  std::vector<std::string> may_run_with;        ///< "label@thread" of probes that may run at the same time, sorted
};

struct OrderGraph; ///< order_graph.h

struct Result {
  std::vector<Finding> findings; ///< sorted by place, rule, identity; no two equal
  Coverage coverage;
  std::vector<ProbeState> probes;
  std::shared_ptr<const OrderGraph> order_graph; ///< null unless Options::keep_order_graph
};

} // namespace racecourse::analysis
