// The whole solve step: facts first, then one rule after the other, each on the same facts. Findings are sorted here
// and nowhere else, so that no rule needs to care about order.
#include "checker/analysis/solve.h"

#include "checker/analysis/facts.h"
#include "checker/analysis/order_graph.h"
#include "checker/analysis/rules.h"

#include <algorithm>
#include <tuple>

namespace racecourse::analysis {

namespace {

auto position(const model::Unit& program, const Finding& finding) {
  std::string_view file =
      finding.place.file ? std::string_view(program[finding.place.file].path) : std::string_view();
  return std::tuple(file, finding.place.line, finding.place.column, std::string_view(finding.rule),
                    std::string_view(finding.identity), std::string_view(finding.message));
}

} // namespace

Result solve(const model::Unit& program, const Options& options) {
  Facts facts = Facts::build(program, options);
  Result result;
  findRaces(facts, result.findings);
  findLockOrderInversions(facts, result.findings);
  findJoinDeadlocks(facts, result.findings);
  findCheckThenAct(facts, result.findings);
  findDiscipline(facts, result.findings);
  findEscapingReferences(facts, result.findings);
  findUnjoinedThreads(facts, result.findings);
  findDetachedThreads(facts, result.findings);
  findEscapingExceptions(facts, result.findings);
  findWaits(facts, result.findings);
  findLostWakeUps(facts, result.findings);
  findSharedConnections(facts, result.findings);
  findForks(facts, result.findings);
  findManualLocks(facts, result.findings);
  findBlockingUnderLock(facts, result.findings);
  findCallbacksUnderLock(facts, result.findings);
  findThreadsPerItem(facts, result.findings);
  findDiscardedFutures(facts, result.findings);
  findUnboundedQueues(facts, result.findings);
  findVolatileSynchronisation(facts, result.findings);
  std::ranges::stable_sort(result.findings, [&](const Finding& a, const Finding& b) {
    return position(program, a) < position(program, b);
  });
  auto same = [&](const Finding& a, const Finding& b) {
    return position(program, a) == position(program, b);
  };
  result.findings.erase(std::unique(result.findings.begin(), result.findings.end(), same),
                        result.findings.end());
  if (options.keep_order_graph) result.order_graph = std::make_shared<OrderGraph>(orderGraph(facts));
  result.coverage = facts.coverage();
  result.probes = facts.probes();
  return result;
}

} // namespace racecourse::analysis
