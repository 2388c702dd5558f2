// racecourse-exception-escapes-thread: std::terminate is what a thread's function gets for letting an exception out.
//
// A way out is an explicit throw, or a library call that throws for reasons of the program (the models' may-throw), outside
// any try of its function, in the thread's entry or in what it calls through calls that may throw and stand in no try. Running
// out of memory never counts: nothing of that kind is in the models. Entries whose exceptions the spawn keeps for a future
// are silent, and so is noexcept code, where the exception ends the program before it can leave the thread.
#include "checker/analysis/rules.h"
#include "checker/analysis/wording.h"

#include <map>
#include <set>

namespace racecourse::analysis {

using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;

namespace {

class EscapingExceptions {
public:
  explicit EscapingExceptions(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) {
    std::set<std::pair<model::Place, FunctionId>> told;
    for (std::size_t c = 0; c < facts_.contextCount(); ++c) {
      const ContextId id{c};
      const Context& context = facts_.context(id);
      const ThreadRoot& root = facts_.thread(context.thread);
      if (root.kind != ThreadRoot::Kind::Spawned || !context.caller) continue;
      if (facts_.context(context.caller).thread == context.thread && context.call != root.spawn) continue;
      if (facts_.bodyOf(root.entry) != context.function) continue;
      const Event& spawn = facts_.program()[root.spawner].events[root.spawn.value];
      if (spawn.flags & (model::kSpawnCarriesExceptions | model::kSpawnPool)) continue;
      const model::Function& function = facts_.function(id);
      if (function.is_noexcept || function.analysis_off) continue;
      const WayOut& way = wayOut(context.function, 0);
      if (!way.at || !told.emplace(root.place, context.function).second) continue;
      findings.push_back(describe(id, root, way));
    }
  }

private:
  /// How an exception gets out of a function: the event, and the callee it comes from unless it starts here.
  struct WayOut {
    EventId at;
    FunctionId callee;
    bool explicit_throw = false;
    bool dispatched = false;
  };

  static bool better(const WayOut& a, const WayOut& b) {
    if (!b.at) return static_cast<bool>(a.at);
    return a.at && a.explicit_throw && !b.explicit_throw;
  }

  const WayOut& wayOut(FunctionId id, unsigned depth) {
    const auto [entry, is_new] = ways_.try_emplace(id);
    if (!is_new || depth > 64) return entry->second; // recursion adds no new way
    const model::Function& function = facts_.program()[id];
    WayOut best;
    const std::span<const ContextId> contexts = facts_.contextsOf(id);
    for (std::size_t e = 0; e < function.events.size() && !contexts.empty(); ++e) {
      const Event& event = function.events[e];
      WayOut way;
      if (event.kind == EventKind::Throw) {
        way = {EventId(e), {}, true, false};
      } else if (event.kind == EventKind::Call && (event.flags & model::kCallMayThrow)) {
        const std::span<const FunctionId> callees = facts_.callees(id, EventId(e));
        if (callees.empty() && !event.callee && (event.flags & model::kCallKnown))
          way = {EventId(e), {}, false, false};
        for (FunctionId callee : callees) {
          if (facts_.program()[callee].is_noexcept) continue;
          const WayOut inner = wayOut(callee, depth + 1);
          if (!inner.at) continue;
          const WayOut outer{EventId(e), callee, inner.explicit_throw,
                             inner.dispatched || callees.size() > 1};
          if (better(outer, way)) way = outer;
        }
      }
      if (!way.at || !better(way, best)) continue;
      if (facts_.state({contexts.front(), EventId(e)}).reachable) best = way;
      if (best.at && best.explicit_throw) break;
    }
    return ways_[id] = best;
  }

  Finding describe(ContextId id, const ThreadRoot& root, const WayOut& way) {
    const FunctionId entry = facts_.context(id).function;
    Finding finding;
    finding.rule = "racecourse-exception-escapes-thread";
    finding.severity = Severity::Warning;
    const bool proved = facts_.context(id).evidence == Evidence::Proved;
    finding.confidence = !proved                                 ? Confidence::Low
                         : way.explicit_throw && !way.dispatched ? Confidence::High
                                                                 : Confidence::Medium;
    Trace trace;
    trace.thread = facts_.threadName(id);
    trace.steps.push_back({root.place, "the thread is started here", {}});
    FunctionId function = entry;
    WayOut step = way;
    std::string source = "an exception";
    for (unsigned i = 0; i < 12; ++i) {
      const Event& event = facts_.program()[function].events[step.at.value];
      if (!step.callee) {
        if (event.kind != EventKind::Throw)
          source = "an exception of " + quoted(facts_.program().text(event.label));
        trace.steps.push_back({event.place,
                               event.kind == EventKind::Throw
                                   ? "throws here, and nobody on the way out catches"
                                   : quoted(facts_.program().text(event.label)) +
                                         " can throw here, and nobody on the way out catches",
                               {}});
        finding.place = event.place;
        break;
      }
      trace.steps.push_back({event.place, "calls " + functionName(facts_, step.callee), {}});
      finding.place = event.place;
      function = step.callee;
      step = wayOut(function, 0);
      if (!step.at) break;
    }
    finding.message = source + " thrown in " + quoted(functionName(facts_, function)) + " can leave " +
                      threadPhrase(facts_, id) + "; the whole program ends then";
    finding.traces.push_back(std::move(trace));
    finding.notes.push_back("false if what makes it throw never happens in this thread");
    addImprecision(facts_, {id}, finding.notes);
    finding.identity = finding.rule + "|" + functionName(facts_, entry) + "|" +
                       functionName(facts_, function) + "|" + source;
    return finding;
  }

  const Facts& facts_;
  std::map<FunctionId, WayOut> ways_;
};

} // namespace

void findEscapingExceptions(const Facts& facts, std::vector<Finding>& findings) {
  EscapingExceptions(facts).run(findings);
}

} // namespace racecourse::analysis
