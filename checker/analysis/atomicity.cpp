// racecourse-check-then-act. A test of a variable and the write it decides belong into one critical section. The
// structure (which test decides which write) comes from atomicity_candidates; here every context of the function is asked
// which locks span both, whether the write's section tests again, and who else can write in between.
//
//   two sections    read under L, decided, written under L again: no access is unlocked, nothing else finds this
//   unlocked test   the write is under L, the test is not
//   container       find/count/empty, then use, in two steps
//   atomic          load, branch, store: each step atomic, the whole not
//   double check    tested without a lock, tested again under it: right for atomics, wrong for a plain flag or pointer
//
// Silence is kept when: some lock spans test and write; the section of the write tests again; the section of the test
// already wrote its claim (`if (busy) return; busy = true;`); the lock's section is not known exactly (`since` none: the
// loop around a condition wait); a loop runs on a flag (`while (running)`), a spin loop hands over a turn.
#include "checker/analysis/atomicity.h"
#include "checker/analysis/atomicity_candidates.h"
#include "checker/analysis/handover.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/transactions.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <tuple>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::LockKind;
using model::PathId;

namespace {

enum class Shape : std::uint8_t { TwoSections, UnlockedTest, Unlocked, DoubleCheck };

bool excludes(const HeldLock& lock) {
  return lock.kind != LockKind::Semaphore;
}

/// Both are the same hold of one lock: acquired at the same event, or both by the caller. A hold whose beginning is
/// not known counts as the same: silence.
bool sameHold(const Facts& facts, ContextId context, const HeldLock& a, const HeldLock& b) {
  if (facts.sameLock(context, a, context, b) == Same::No) return false;
  if (a.since && b.since) return a.since == b.since;
  return true;
}

bool oneSection(const Facts& facts, ContextId context, LocksetId a, LocksetId b) {
  for (const HeldLock& x : facts.lockset(a)) {
    for (const HeldLock& y : facts.lockset(b)) {
      if (excludes(x) && sameHold(facts, context, x, y)) return true;
    }
  }
  return false;
}

struct Found {
  CheckThenAct pair;
  Shape shape = Shape::Unlocked;
  Confidence confidence = Confidence::Low;
  ContextId context{};
  std::string lock{};      ///< the act's, for people; empty when there is none
  Point interferer{};      ///< another thread's write, perhaps the act itself
  bool by_itself = false;  ///< the interferer runs the same test and act
  bool one_object = false; ///< proved
};

/// Acts that some test decides, program-wide: two of them on one variable are rivals.
using DecidedActs = std::set<std::pair<FunctionId, EventId>>;

class Judge {
public:
  /// `told`: the findings so far, the races among them.
  Judge(const Facts& facts, const SharedAccesses& shared, const DecidedActs& decided,
        std::span<const Finding> told)
      : facts_(facts), shared_(shared), decided_(decided) {
    for (const Finding& finding : told) {
      if (finding.rule == "racecourse-unguarded-shared-data") {
        const std::size_t begin = finding.identity.find('|') + 1;
        races_[finding.identity.substr(begin, finding.identity.find('|', begin) - begin)] =
            finding.confidence;
      }
    }
  }

private:
  auto rank(const Found& found) const {
    return std::tuple(found.confidence, found.shape, placeOf(found, found.pair.check.at),
                      placeOf(found, found.pair.act.at), found.context, found.interferer);
  }

  model::Place placeOf(const Found& found, EventId event) const {
    return facts_.event({found.context, event}).place;
  }

public:
  void judge(FunctionId function, const AtomicityCandidates& candidates, std::vector<Finding>& findings) {
    std::map<EntityId, Found> best; // one finding per variable and function
    for (const CheckThenAct& pair : candidates.pairs()) {
      const EntityId variable = facts_.variable(pair.act.variable);
      if (!variable || !fitsLoop(candidates, pair)) continue;
      for (ContextId context : facts_.contextsOf(function)) {
        std::optional<Found> found = judgeIn(candidates, pair, context, variable);
        if (!found) continue;
        const auto [at, is_new] = best.try_emplace(variable, *found);
        if (!is_new && rank(*found) < rank(at->second)) at->second = std::move(*found);
      }
    }
    for (const auto& [variable, found] : best) {
      findings.push_back(describe(variable, found));
    }
  }

private:
  /// A loop's own condition is no test of what its body writes, unless the body consumes what was tested. After a
  /// waiting loop only the very next step is an attempt to seize (a hand-made spin lock); anything later is a turn taken.
  static bool fitsLoop(const AtomicityCandidates& candidates, const CheckThenAct& pair) {
    if (pair.in_loop) return pair.check.container_test || pair.by_data;
    if (!pair.after_loop || pair.check.inner_lock || !pair.check.atomic) return true;
    const model::Function& function = candidates.function();
    const model::BlockId acts = candidates.shape().blockOf(pair.act.at);
    const std::optional<unsigned> side = candidates.shape().sideOf(pair.branch, acts);
    model::BlockId next = side ? function.blocks[pair.branch.value].successors[*side] : model::BlockId();
    for (int i = 0; next && i < 8 && function.blocks[next.value].events.empty(); ++i) {
      const std::vector<model::BlockId>& on = function.blocks[next.value].successors;
      next = on.size() == 1 ? on.front() : model::BlockId();
    }
    return next == acts && function.blocks[acts.value].events.front() == pair.act.at;
  }

  std::optional<Found> judgeIn(const AtomicityCandidates& candidates, const CheckThenAct& pair,
                               ContextId context, EntityId variable) const {
    const PointState check = facts_.state({context, pair.check.at});
    const PointState act = facts_.state({context, pair.act.at});
    if (!check.reachable || !act.reachable || check.owned || act.owned) return std::nullopt;
    if (!facts_.maybeShared(context, pair.act.variable)) return std::nullopt;
    if (oneSection(facts_, context, check.may, act.may)) return std::nullopt;
    if (isTable(facts_, variable) &&
        transactions_.around(facts_.context(context).function, pair.check.at, pair.act.at))
      return std::nullopt;

    Found found{.pair = pair, .context = context};
    if (!findShape(candidates, check, act, found)) return std::nullopt;
    if (!findInterference(variable, found)) return std::nullopt;
    return found;
  }

  /// Which locks hold where, and whether the section of the write makes up for the early test.
  bool findShape(const AtomicityCandidates& candidates, const PointState& check, const PointState& act,
                 Found& found) const {
    const CheckThenAct& pair = found.pair;
    const bool check_free = !pair.check.inner_lock && facts_.lockset(check.may).empty();
    if (pair.act.inner_lock) {
      found.lock = facts_.describe(pair.act.inner_lock);
      if (holdsForCheck(pair, check, found.context, pair.act.inner_lock)) {
        found.shape = Shape::TwoSections;
      } else if (check_free) {
        found.shape = Shape::UnlockedTest;
      } else {
        return false;
      }
      return !testsAgainInside(pair.act.callee, pair.act.inside, 3) && !claimed(candidates, check, found);
    }
    const HeldLock* lock = nullptr;
    for (const HeldLock& held : facts_.lockset(act.must)) {
      if (!excludes(held) || held.mode == model::Mode::Shared) continue;
      const bool matches = held.path && holdsForCheck(pair, check, found.context, held.path);
      if (!lock || matches) lock = &held;
      if (matches) {
        found.shape = Shape::TwoSections;
        break;
      }
    }
    if (!lock) {
      found.shape = Shape::Unlocked;
      if (!check_free || !facts_.lockset(act.may).empty()) return false;
      if (pair.by_data && !pair.act.atomic) return false; // a plain lost update: the race says it all
      return !claimed(candidates, check, found);
    }
    found.lock = facts_.lockName(found.context, *lock);
    if (found.shape != Shape::TwoSections) {
      if (!check_free) return false;
      found.shape = Shape::UnlockedTest;
    }
    if (testsAgain(candidates, found, *lock)) {
      if (found.shape != Shape::UnlockedTest || pair.act.atomic) return false;
      found.shape = Shape::DoubleCheck;
      return true;
    }
    return !claimed(candidates, check, found);
  }

  /// The test surely holds the lock `path` (in the function's terms), itself or inside its callee.
  bool holdsForCheck(const CheckThenAct& pair, const PointState& check, ContextId context,
                     PathId path) const {
    if (pair.check.inner_lock) return pair.check.inner_lock == path;
    for (const HeldLock& held : facts_.lockset(check.must)) {
      if (excludes(held) && held.path == path) return true;
    }
    return false;
  }

  /// In the callee: the write of the section is decided by a test of the same variable inside the same section.
  bool testsAgainInside(FunctionId function, const SectionUse& act, unsigned depth) const {
    std::unique_ptr<AtomicityCandidates>& known = callees_[function];
    if (!known) known = std::make_unique<AtomicityCandidates>(facts_, function);
    const AtomicityCandidates& inside = *known;
    for (const VariableUse& write : inside.uses()) {
      if (write.at != act.at || !write.write) continue;
      if (write.callee && depth > 0 && act.begin == act.at &&
          testsAgainInside(write.callee, write.inside, depth - 1)) {
        return true;
      }
      for (const VariableUse& read : inside.uses()) {
        const bool reads = !read.write || read.update;
        if (reads && read.at != write.at && inside.covers(read.variable, act.variable) &&
            (read.at == act.begin || inside.shape().follows(act.begin, read.at)) &&
            inside.governs(read, write)) {
          return true;
        }
      }
    }
    return false;
  }

  bool testsAgain(const AtomicityCandidates& candidates, const Found& found, const HeldLock& lock) const {
    const VariableUse& act = found.pair.act;
    for (const VariableUse& use : candidates.uses()) {
      const bool reads = !use.write || use.update;
      if (!reads || use.at == act.at || use.at == found.pair.check.at ||
          !candidates.covers(use.variable, act.variable) || !candidates.governs(use, act)) {
        continue;
      }
      const PointState state = facts_.state({found.context, use.at});
      for (const HeldLock& held : facts_.lockset(state.must)) {
        if (held.path == lock.path && sameHold(facts_, found.context, held, lock)) return true;
      }
    }
    return false;
  }

  /// The first section leaves its mark in the variable, so that others are warned before the second comes.
  bool claimed(const AtomicityCandidates& candidates, const PointState& check, const Found& found) const {
    const CheckThenAct& pair = found.pair;
    if (pair.check.update) return true;
    for (const VariableUse& use : candidates.uses()) {
      if (!use.write || use.at == pair.act.at || use.at == pair.check.at ||
          facts_.variable(use.variable) != facts_.variable(pair.check.variable)) {
        continue;
      }
      if (!(use.at < pair.act.at) || !candidates.shape().follows(pair.check.at, use.at) ||
          !candidates.shape().follows(use.at, pair.act.at)) {
        continue;
      }
      if (found.shape == Shape::Unlocked) return true;
      const PointState state = facts_.state({found.context, use.at});
      if (oneSection(facts_, found.context, check.must, state.must)) return true;
    }
    return false;
  }

  Same sameVariable(Point a, PathId first, Point b, PathId second) const {
    const bool accesses =
        facts_.event(a).kind == EventKind::Access && facts_.event(b).kind == EventKind::Access;
    if (accesses) return facts_.sameObject(a, b);
    const PlaceSetId x = facts_.resolve(a.context, first);
    const PlaceSetId y = facts_.resolve(b.context, second);
    Same best = facts_.places(x).empty() || facts_.places(y).empty() ? Same::Maybe : Same::No;
    for (PlaceId p : facts_.places(x)) {
      for (PlaceId q : facts_.places(y)) {
        if (facts_.symbolic(p) || facts_.symbolic(q)) {
          best = Same::Maybe;
        } else if (p == q && facts_.places(x).size() == 1 && facts_.places(y).size() == 1) {
          return Same::Same;
        } else if (p == q) {
          best = Same::Maybe;
        }
      }
    }
    return best;
  }

  /// Finds the most convincing other writer and sets the confidence.
  bool findInterference(EntityId variable, Found& found) const {
    const Point act{found.context, found.pair.act.at};
    const FunctionId function = facts_.context(found.context).function;
    bool any = false;
    const auto consider = [&](Point other, PathId path, bool rival) {
      if (!facts_.mayRunTogether(act, other)) return;
      const Same same = sameVariable(act, found.pair.act.variable, other, path);
      if (same == Same::No) return;
      Found next = found;
      next.interferer = other;
      next.one_object =
          same == Same::Same && !manyObjects(facts_, facts_.resolve(act.context, found.pair.act.variable));
      next.by_itself = facts_.context(other.context).function == function && other.event == act.event;
      next.confidence = confidenceOf(variable, next, rival || next.by_itself);
      if (!any || next.confidence < found.confidence) found = next;
      any = true;
    };
    for (ContextId other : facts_.contextsOf(function)) {
      consider({other, act.event}, found.pair.act.variable, true);
      if (any && found.confidence == Confidence::High) return true;
    }
    if (const SharedVariable* shared = shared_.find(variable)) {
      std::size_t tried = 0;
      for (const SharedAccess& access : shared->accesses) {
        const Context& context = facts_.context(access.point.context);
        if (!access.writes() || (context.function == function && access.point.event == act.event)) continue;
        if (++tried > 64)
          break; // one convincing writer is enough; variables with more are written everywhere
        // A rival decided as well; or counts on what it finds, as the act does, and so spoils the decision.
        const bool counts = found.pair.act.update && access.kind == model::AccessKind::ReadWrite;
        const bool decided =
            decided_.contains({context.function, access.point.event}) ||
            (context.caller && decided_.contains({facts_.context(context.caller).function, context.call}));
        consider(access.point, access.path, counts || decided);
      }
    }
    return any;
  }

  Confidence confidenceOf(EntityId variable, const Found& found, bool rival) const {
    const CheckThenAct& pair = found.pair;
    const Evidence evidence =
        std::max(facts_.context(found.context).evidence, facts_.context(found.interferer.context).evidence);
    const model::Path& path = facts_.path(pair.act.variable);
    if (evidence == Evidence::Unsure || path.widened) return Confidence::Low;
    const bool container = pair.check.container_test;
    if (!rival && !pair.by_data && found.shape != Shape::DoubleCheck) return Confidence::Low;
    if (namesAnyElement(facts_.path(pair.check.variable)) && !container) return Confidence::Low;
    if (pair.after_loop && found.shape != Shape::Unlocked) return Confidence::Low;
    if (pair.act.atomic && !found.by_itself && !pair.by_data) return Confidence::Low;
    if (evidence == Evidence::Intent || !found.one_object) {
      if (found.shape == Shape::Unlocked) return Confidence::Low;
      if (found.shape == Shape::UnlockedTest && !writesAreLocked(variable)) return Confidence::Low;
      return Confidence::Medium;
    }
    // The table itself may refuse what the decision got wrong, and the program may know that.
    if (isTable(facts_, variable)) return Confidence::Medium;
    const bool through_calls = pair.check.inner_lock || pair.act.inner_lock || pair.act.synchroniser;
    const bool exact = facts_.notes(found.context).empty() && facts_.notes(found.interferer.context).empty();
    // Nothing but a constant written when it is not there yet: often harmless, and then pointless.
    const bool idempotent = found.shape == Shape::Unlocked && pair.bare && !pair.act.update && !container;
    return through_calls || idempotent || !found.by_itself || !exact ? Confidence::Medium : Confidence::High;
  }

  /// No write of the variable is seen without some lock: locking it is a rule here, not an accident.
  bool writesAreLocked(EntityId variable) const {
    if (facts_.program()[variable].guarded_by) return true;
    const SharedVariable* shared = shared_.find(variable);
    return shared &&
           std::all_of(shared->accesses.begin(), shared->accesses.end(), [&](const SharedAccess& access) {
             return !access.writes() || !facts_.lockset(facts_.state(access.point).must).empty();
           });
  }

  std::string sentence(const std::string& name, const Found& found) const {
    const std::string lock = quoted(found.lock);
    const std::string other = otherThreadPhrase(facts_, found.context, found.interferer.context);
    const std::string between = other + " can change it in between";
    const std::string in = " in " + quoted(functionName(facts_, facts_.context(found.context).function));
    if (isTable(facts_, facts_.path(found.pair.act.variable).entity)) {
      return "table " + name + " is asked and then changed, on the strength of the answer," + in +
             " outside of one transaction; " + between;
    }
    switch (found.shape) {
    case Shape::TwoSections:
      return name + " is read in one critical section of " + lock + " and " +
             (found.pair.by_data ? "written back" : "acted on") + " in another" + in + "; " + between;
    case Shape::UnlockedTest:
      return name + " is " + (found.pair.by_data ? "read" : "tested") + " without " + lock +
             " and then written under it" + in + " without another look; " + between;
    case Shape::DoubleCheck:
      return name + " is tested without " + lock + " before the test under it" + in + " but is not atomic; " +
             other + " can be writing it, and what it announces need not be visible yet";
    case Shape::Unlocked: break;
    }
    if (found.pair.act.atomic) {
      return "atomic " + name + " is loaded" + (found.pair.by_data ? "" : ", tested") +
             " and stored in separate steps" + in + "; " + between;
    }
    return name + " is tested and then changed" + in + " without a lock around both; " + between;
  }

  Finding describe(EntityId variable, const Found& found) const {
    const CheckThenAct& pair = found.pair;
    const Point check{found.context, pair.check.at};
    const Point act{found.context, pair.act.at};
    const std::string name = quoted(entityName(facts_, variable));
    Finding finding;
    finding.rule = "racecourse-check-then-act";
    finding.confidence = found.confidence;
    if (found.shape == Shape::Unlocked || found.shape == Shape::UnlockedTest) {
      // The unlocked access is a race as well. What made that one doubtful makes this one doubtful.
      const auto race = races_.find(entityName(facts_, variable));
      if (race != races_.end()) finding.confidence = weaker(finding.confidence, race->second);
    }
    finding.severity = Severity::Warning;
    finding.place = facts_.event(check).place;
    finding.message = sentence(name, found);

    const bool table = isTable(facts_, variable);
    const std::string looks = table ? "asks" : pair.by_data ? "reads" : "tests";
    const std::string acts = table ? "changes" : pair.act.update ? "updates" : "writes";
    const std::string section = found.shape == Shape::TwoSections ? ", in another critical section" : "";
    const auto inCall = [&](const VariableUse& use) {
      return quoted(facts_.describe(use.variable)) +
             (use.callee ? " in a call of " + functionName(facts_, use.callee) : std::string(" here"));
    };
    Trace mine = facts_.trace(check, looks + " " + inCall(pair.check));
    descend(mine, check, pair.check, looks, " here");
    mine.steps.push_back({.place = facts_.event(act).place,
                          .message = acts + " " + inCall(pair.act) + section,
                          .held = facts_.heldNames(act)});
    descend(mine, act, pair.act, acts, " here");
    const std::string verb = table ? "changes"
                             : facts_.event(found.interferer).kind == EventKind::Access
                                 ? std::string(accessVerb(facts_.event(found.interferer).access))
                                 : "writes";
    finding.traces = {std::move(mine), facts_.trace(found.interferer, verb + " " + name + " here")};

    finding.notes.push_back(facts_.whyTogether(act, found.interferer));
    if (const SharedVariable* shared = shared_.find(variable)) {
      if (const std::optional<GuardVote> vote = voteOf(facts_, *shared)) {
        finding.notes.push_back(quoted(entityName(facts_, EntityId(vote->lock))) + " is held at " +
                                std::to_string(vote->held) + " of " +
                                counted(vote->total, "access", "accesses") + " of " + name);
      }
    }
    finding.notes.push_back(
        std::string("false if ") +
        (table              ? "a constraint of the table refuses what the decision got wrong, and that "
                              "error is dealt with, or the databases are not the same"
         : found.one_object ? "the decision stays right whatever others write meanwhile"
                            : "no two threads ever use one such object at the same time"));
    addImprecision(facts_, {found.context, found.interferer.context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, variable) + "|" +
                       functionName(facts_, facts_.context(found.context).function);
    return finding;
  }

  /// Follows a use through the calls that contain it down to the access.
  void descend(Trace& trace, Point point, const VariableUse& use, const std::string& verb,
               const std::string& end) const {
    std::vector<std::string> held = facts_.heldNames(point);
    if (use.inner_lock) held.push_back(facts_.describe(use.inner_lock));
    std::sort(held.begin(), held.end());
    held.erase(std::unique(held.begin(), held.end()), held.end());
    FunctionId function = use.callee;
    SectionUse section = use.inside;
    for (int depth = 0; function && depth < 6; ++depth) {
      const Event& event = facts_.program()[function].events[section.at.value];
      FunctionId next;
      SectionUse inner;
      if (event.kind == EventKind::Call) {
        for (FunctionId callee : facts_.callees(function, section.at)) {
          for (const SectionUse& candidate : facts_.summary(callee).sections) {
            if (next || candidate.write != section.write ||
                facts_.translate(function, section.at, callee, candidate.variable) != section.variable) {
              continue;
            }
            next = callee;
            inner = candidate;
          }
        }
      }
      trace.steps.push_back({.place = event.place,
                             .message = next ? "calls " + functionName(facts_, next)
                                             : verb + " " + quoted(facts_.describe(section.variable)) + end,
                             .held = held});
      function = next;
      section = inner;
    }
  }

  const Facts& facts_;
  const SharedAccesses& shared_;
  const DecidedActs& decided_;
  mutable Transactions transactions_{facts_};
  std::map<std::string, Confidence> races_;                                    ///< by the variable's name
  mutable std::map<FunctionId, std::unique_ptr<AtomicityCandidates>> callees_; ///< memo
};

} // namespace

bool DoubleChecks::explains(Point read, Point write) {
  const FunctionId function = facts_.context(read.context).function;
  if (facts_.context(write.context).function != function) return false;
  const auto [entry, is_new] = known_.try_emplace(function);
  if (is_new) {
    const AtomicityCandidates candidates(facts_, function);
    if (candidates.pairs().empty()) return false;
    for (ContextId context : facts_.contextsOf(function)) {
      entry->second.merge(initialisations(context, candidates));
    }
  }
  return entry->second.contains({read.event, write.event});
}

DoubleChecks::ReadsAndWrites DoubleChecks::initialisations(ContextId context,
                                                           const AtomicityCandidates& candidates) const {
  ReadsAndWrites found;
  for (const CheckThenAct& pair : candidates.pairs()) {
    const VariableUse& check = pair.check;
    if (pair.by_data || pair.in_loop || pair.act.inner_lock || check.inner_lock || check.write) continue;
    const PointState tested = facts_.state({context, check.at});
    const PointState written = facts_.state({context, pair.act.at});
    if (!oneSection(facts_, context, tested.must, written.must)) continue;
    for (const VariableUse& use : candidates.uses()) {
      if (use.variable == check.variable && !use.write && !use.inner_lock &&
          facts_.lockset(facts_.state({context, use.at}).may).empty()) {
        found.insert({use.at, pair.act.at});
      }
    }
  }
  return found;
}

void findCheckThenAct(const Facts& facts, std::vector<Finding>& findings) {
  const model::Unit& program = facts.program();
  std::vector<std::pair<FunctionId, std::unique_ptr<AtomicityCandidates>>> functions;
  DecidedActs decided;
  for (std::size_t i = 0; i < program.functions.size(); ++i) {
    const FunctionId id{i};
    const model::Function& function = program[id];
    if (function.blocks.empty() || function.analysis_off || function.in_system_header) continue;
    if (facts.contextsOf(id).empty()) continue;
    auto candidates = std::make_unique<AtomicityCandidates>(facts, id);
    if (candidates->pairs().empty()) continue;
    for (const CheckThenAct& pair : candidates->pairs()) {
      if (!pair.in_loop) decided.insert({id, pair.act.at});
    }
    functions.emplace_back(id, std::move(candidates));
  }
  if (functions.empty()) return;
  const SharedAccesses shared(facts);
  Judge judge(facts, shared, decided, findings);
  for (const auto& [id, candidates] : functions) {
    judge.judge(id, *candidates, findings);
  }
}

} // namespace racecourse::analysis
