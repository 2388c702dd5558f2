// racestyle-volatile-synchronisation: a volatile variable that is no atomic, written by one thread and used by another with
// no lock in common. volatile keeps the compiler from leaving accesses out; it orders nothing between threads and makes
// no access indivisible.
//
// Silent for memory-mapped registers (reached through pointers to volatile: no variable), for sig_atomic_t that a handler
// shares with its own thread, and for what a lock guards anyway.
#include "checker/analysis/practice_wording.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <optional>

namespace racecourse::analysis {

namespace {

constexpr std::size_t max_compared = 64;

struct Pair {
  Point writer, other;
};

bool isUnsure(const Facts& facts, Point point) {
  return facts.context(point.context).evidence == Evidence::Unsure;
}

std::optional<Pair> pairOf(const Facts& facts, const SharedVariable& variable) {
  const std::size_t count = std::min(variable.accesses.size(), max_compared);
  for (std::size_t i = 0; i < count; ++i) {
    const SharedAccess& a = variable.accesses[i];
    if (!a.writes() || isUnsure(facts, a.point)) continue;
    for (std::size_t j = 0; j < count; ++j) {
      const SharedAccess& b = variable.accesses[j];
      if (isUnsure(facts, b.point)) continue;
      const ThreadId thread = facts.context(a.point.context).thread;
      if (thread == facts.context(b.point.context).thread && !facts.thread(thread).many) continue;
      if (!facts.mayRunTogether(a.point, b.point) || facts.sameObject(a.point, b.point) == Same::No ||
          facts.commonLock(a.point, b.point))
        continue;
      return Pair{a.point, b.point};
    }
  }
  return std::nullopt;
}

} // namespace

void findVolatileSynchronisation(const Facts& facts, std::vector<Finding>& findings) {
  const SharedAccesses shared(facts);
  for (const SharedVariable& variable : shared.variables()) {
    const model::Entity& entity = facts.program()[variable.variable];
    if (!entity.is_volatile || entity.type_class != model::TypeClass::Plain || !variable.written) continue;
    const std::optional<Pair> pair = pairOf(facts, variable);
    if (!pair) continue;
    const std::string name = quoted(entityName(facts, variable.variable));
    const bool proved = facts.context(pair->writer.context).evidence == Evidence::Proved &&
                        facts.context(pair->other.context).evidence == Evidence::Proved;
    Finding finding = practice(facts, "racestyle-volatile-synchronisation", pair->writer,
                               proved ? Confidence::High : Confidence::Medium);
    // Made for signal handlers: whether the threads really meet there is less sure than that the author knew one kind of meeting.
    if (facts.program().text(entity.type_name).find("sig_atomic_t") != std::string_view::npos)
      finding.confidence = Confidence::Low;
    if (entity.place.line != 0) finding.place = entity.place;
    finding.message =
        name + " is volatile and carries news between threads: volatile orders nothing and makes no access "
               "indivisible, an atomic does both";
    for (const Point point : {pair->writer, pair->other}) {
      const model::Event& event = facts.event(point);
      finding.traces.push_back(facts.trace(point, std::string(accessVerb(event.access)) + " " + name +
                                                      " here, " + heldPhrase(facts, point)));
    }
    finding.notes.push_back(facts.whyTogether(pair->writer, pair->other));
    finding.identity = finding.rule + "|" + entityName(facts, variable.variable);
    findings.push_back(std::move(finding));
  }
}

} // namespace racecourse::analysis
