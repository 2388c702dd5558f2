// racecourse-shared-connection: a handle that its library gives to one thread at a time (the models' per-thread types) is used
// by two threads without a common lock.
//
// Every library call on such a handle is an update of what it points to; two of them on one object, in threads that may run
// together, are the finding. How the handle was opened decides what it is worth: a connection opened without the library's
// own locks is memory corruption; one that was asked to lock itself is a matter of transactions at most.
#include "checker/analysis/rules.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;

namespace {

constexpr std::size_t kMaxUses = 300; ///< per variable; more are left out

class SharedConnections {
public:
  explicit SharedConnections(const Facts& facts) : facts_(facts) {}

  void run(std::vector<Finding>& findings) {
    collect();
    for (const auto& [variable, uses] : uses_)
      if (const std::optional<Found> found = worst(uses)) findings.push_back(describe(variable, *found));
  }

private:
  struct Found {
    Point first, second;
    Confidence confidence = Confidence::Low;
    bool unlocked = false, locks_itself = false;
  };

  void collect() {
    for (std::size_t c = 0; c < facts_.contextCount(); ++c) {
      const ContextId id{c};
      const model::Function& function = facts_.function(id);
      if (function.analysis_off) continue;
      for (std::size_t e = 0; e < function.events.size(); ++e) {
        const Event& event = function.events[e];
        if (event.kind != EventKind::Access || event.type_class != model::TypeClass::Handle || !event.path)
          continue;
        const Point point{id, EventId(e)};
        if (!facts_.state(point).reachable) continue;
        if (event.initialises) {
          opens_.push_back(point);
          continue;
        }
        if (facts_.context(id).evidence == Evidence::Unsure) continue;
        for (PlaceId place : facts_.places(facts_.resolve(id, event.path)))
          if (const EntityId variable = facts_.variable(place);
              variable && facts_.program()[variable].type_class != model::TypeClass::ThreadLocal) {
            std::vector<Point>& uses = uses_[variable];
            if (uses.size() < kMaxUses && (uses.empty() || uses.back() != point)) uses.push_back(point);
          }
      }
    }
  }

  std::optional<Found> worst(const std::vector<Point>& uses) const {
    std::optional<Found> best;
    for (std::size_t i = 0; i < uses.size(); ++i)
      for (std::size_t j = i; j < uses.size(); ++j) {
        const Point a = uses[i], b = uses[j];
        if (!facts_.mayRunTogether(a, b)) continue;
        const Same same = facts_.sameObject(a, b);
        if (same == Same::No || facts_.commonLock(a, b)) continue;
        const Found found = judge(a, b, same);
        if (!best || found.confidence < best->confidence) best = found;
        if (best->confidence == Confidence::High) return best;
      }
    return best;
  }

  Found judge(Point a, Point b, Same same) const {
    Found found{a, b};
    found.locks_itself = (facts_.event(a).flags & model::kAccessLocked) != 0;
    bool asked_to_lock = false;
    for (Point open : opens_) {
      if (facts_.sameObject(open, a) == Same::No) continue;
      found.unlocked |= (facts_.event(open).flags & model::kAccessUnlocked) != 0;
      asked_to_lock |= (facts_.event(open).flags & model::kAccessLocked) != 0;
    }
    found.confidence = found.unlocked       ? Confidence::High
                       : asked_to_lock      ? Confidence::Low
                       : found.locks_itself ? Confidence::Medium
                                            : Confidence::High;
    if (found.unlocked) found.locks_itself = false;
    const bool proved = facts_.context(a.context).evidence == Evidence::Proved &&
                        facts_.context(b.context).evidence == Evidence::Proved;
    if (!proved || same != Same::Same) found.confidence = weaker(found.confidence, Confidence::Medium);
    if (!proved && same != Same::Same) found.confidence = Confidence::Low;
    return found;
  }

  Finding describe(EntityId variable, const Found& found) const {
    const std::string name = quoted(entityName(facts_, variable));
    Finding finding;
    finding.rule = "racecourse-shared-connection";
    finding.confidence = found.confidence;
    finding.severity = found.unlocked ? Severity::Error : Severity::Warning;
    finding.place = facts_.event(found.first).place;
    finding.message =
        "the connection " + name + " is used by " + threadPhrase(facts_, found.first.context) + " and by " +
        otherThreadPhrase(facts_, found.first.context, found.second.context) + " without a common lock" +
        (found.unlocked       ? ", and it was opened without locks of its own"
         : found.locks_itself ? "; single calls are safe, but transactions, error texts and row numbers mix"
                              : "");
    finding.traces.push_back(facts_.trace(found.first, "uses " + name + " here"));
    finding.traces.push_back(facts_.trace(found.second, "uses " + name + " here"));
    finding.notes.push_back(facts_.whyTogether(found.first, found.second));
    finding.notes.push_back("false if the threads take turns in a way this analysis cannot see");
    addImprecision(facts_, {found.first.context, found.second.context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, variable);
    return finding;
  }

  const Facts& facts_;
  std::vector<Point> opens_;
  std::map<EntityId, std::vector<Point>> uses_;
};

} // namespace

void findSharedConnections(const Facts& facts, std::vector<Finding>& findings) {
  SharedConnections(facts).run(findings);
}

} // namespace racecourse::analysis
