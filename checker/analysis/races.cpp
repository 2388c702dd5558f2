// racecourse-unguarded-shared-data. For every variable that somebody writes: all pairs of accesses that can happen at
// once, to one object, without a lock that keeps them apart. All pairs of a variable have one cause (the missing lock), so
// one finding is made, of the pair that convinces most: proved before inferred, the access that leaves out the guard
// the others hold before any other, writes before reads, then by place.
//
// Confidence. High: both threads and the object are proved and nothing was approximated on the way. Medium: the threads
// are "any caller of a class that locks", or the objects are known by class only, and the guard vote (or a
// declaration) says that the variable wants a lock. Low: everything else, and what has an innocent explanation that
// locksets cannot see: unknown array elements, a hand-over through an atomic, event or queue.
#include "checker/analysis/atomicity.h"
#include "checker/analysis/handover.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/shared_accesses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace racecourse::analysis {

using model::AccessKind;
using model::EntityId;

namespace {

/// Accesses of one variable that are compared pairwise: this many writes and as many reads of each thread, and not more than
/// that in all. Beyond, they are alike; the worst variable costs about 100 000 pair tests.
constexpr std::size_t max_of_thread = 60;
constexpr std::size_t max_compared = 480;

struct Pair {
  std::size_t first = 0; ///< indices into the compared accesses; first is where the finding points
  std::size_t second = 0;
  Confidence confidence = Confidence::Low;
  bool leaves_out_guard = false; ///< first lacks the voted guard and second holds it
  bool one_object = false;       ///< proved
  bool asked = false;            ///< whether it is handed over
  model::EntityId handed_over{}; ///< through this atomic, event or queue, as it seems
};

/// What all variables ask again and again.
struct Memory {
  explicit Memory(const Facts& facts)
      : facts(facts), handover(facts), double_checks(facts),
        is_library(std::none_of(facts.program().functions.begin(), facts.program().functions.end(),
                                [](const model::Function& function) { return function.is_main; })) {}

  /// Nothing was approximated on the way to this context.
  bool exact(ContextId context) {
    const auto [entry, is_new] = exact_contexts.try_emplace(context);
    if (is_new) entry->second = facts.notes(context).empty();
    return entry->second;
  }

  bool manyObjects(const SharedAccess& access) {
    const PlaceSetId places = facts.resolve(access.point.context, access.path);
    const auto [entry, is_new] = many_objects.try_emplace(places);
    if (is_new) entry->second = analysis::manyObjects(facts, places);
    return entry->second;
  }

  bool dying(ContextId context) {
    const auto [entry, is_new] = dying_contexts.try_emplace(context);
    if (is_new) entry->second = onlyWhenDying(facts, context);
    return entry->second;
  }

  const Facts& facts;
  std::map<PlaceSetId, bool> many_objects;
  std::map<ContextId, bool> dying_contexts;
  Handover handover;
  DoubleChecks double_checks;
  const bool is_library; ///< no main: the callers are elsewhere
  std::map<ContextId, bool> exact_contexts;
};

class VariableJudge {
public:
  VariableJudge(const Facts& facts, const SharedVariable& variable, Memory& memory,
                const std::set<EntityId>& annotated_classes)
      : facts_(facts), variable_(variable), memory_(memory), entity_(facts.program()[variable.variable]),
        left_unannotated_(entity_.kind == model::EntityKind::Field && !entity_.guarded_by &&
                          annotated_classes.contains(entity_.parent)) {}

  std::optional<Finding> judge();
  /// Of the pair that judge() told: the roots of its two threads (smaller first) and the longer way from a root to its
  /// access, in calls.
  std::pair<ThreadId, ThreadId> toldThreads() const { return told_threads_; }
  /// Where one of the two accesses a whole object of which the variable is a part; else unknown.
  model::Place toldWhole() const { return told_whole_; }
  std::size_t toldDepth() const { return told_depth_; }
  std::pair<model::Place, model::Place> toldPlaces() const { return told_places_; }

private:
  bool standsBeside(EntityId guard) const;
  bool ownersLock() const;
  model::Place placeOf(std::size_t access) const { return facts_.event(accesses_[access]->point).place; }

  /// Calls from the entry of a spawned thread; main's own depth says nothing, everything hangs below it.
  std::size_t depthOf(ContextId id) const {
    const ThreadId thread = facts_.context(id).thread;
    if (facts_.thread(thread).kind != ThreadRoot::Kind::Spawned) return 0;
    std::size_t depth = 0;
    for (ContextId caller = facts_.context(id).caller;
         caller && facts_.context(caller).thread == thread && depth < 64;
         caller = facts_.context(caller).caller) {
      ++depth;
    }
    return depth;
  }

  std::size_t locksAt(std::size_t access) const {
    return facts_.lockset(facts_.state(accesses_[access]->point).may).size();
  }

  std::size_t countPlaces(const std::vector<Pair>& pairs) const {
    std::set<std::pair<model::Place, model::Place>> places;
    for (const Pair& pair : pairs) {
      places.insert(std::minmax(placeOf(pair.first), placeOf(pair.second)));
    }
    return places.size();
  }

  auto rank(const Pair& pair) const {
    return std::tuple(pair.confidence, !pair.leaves_out_guard, locksAt(pair.first),
                      !accesses_[pair.first]->writes(), placeOf(pair.first),
                      !accesses_[pair.second]->writes(), placeOf(pair.second), accesses_[pair.first]->point,
                      accesses_[pair.second]->point);
  }

  /// The pair that convinces most. Whether data is handed over is dear to find out, so only the front runners are asked;
  /// when the first many of them are, the variable is.
  const Pair& mostConvincing(std::vector<Pair>& pairs) {
    constexpr int max_asked = 24;
    for (int asked = 0;; ++asked) {
      Pair& best = *std::min_element(pairs.begin(), pairs.end(),
                                     [&](const Pair& a, const Pair& b) { return rank(a) < rank(b); });
      if (best.confidence == Confidence::Low || best.asked ||
          contextOf(best.first).thread == contextOf(best.second).thread) {
        return best;
      }
      best.asked = true;
      best.handed_over = memory_.handover.between(accesses_[best.first]->point, accesses_[best.second]->point,
                                                  variable_.variable);
      if (!best.handed_over) return best;
      best.confidence = declared_ && best.leaves_out_guard ? Confidence::Medium : Confidence::Low;
      if (best.confidence == Confidence::Low && asked == max_asked) return best;
    }
  }

  /// Every thread gets its say, so that the many accesses of one do not hide the few of another.
  void choose() {
    std::map<std::pair<ThreadId, bool>, std::size_t> taken;
    for (const SharedAccess& access : variable_.accesses) {
      // An atomic builtin on a plain variable is compared with the plain accesses.
      const bool builtin = access.atomic != model::AtomicOp::None && !variable_.allocation &&
                           entity_.type_class == model::TypeClass::Plain && !entity_.is_volatile;
      if (access.atomic != model::AtomicOp::None && !builtin) continue;
      if (facts_.event(access.point).type_class != model::TypeClass::Plain && !builtin) continue;
      std::size_t& count = taken[{facts_.context(access.point.context).thread, access.writes()}];
      if (count == max_of_thread || accesses_.size() == max_compared) {
        capped_ = true;
        continue;
      }
      ++count;
      accesses_.push_back(&access);
    }
  }

  std::vector<Pair> conflicts() {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < accesses_.size(); ++i) {
      for (std::size_t j = i; j < accesses_.size(); ++j) {
        const SharedAccess& a = *accesses_[i];
        const SharedAccess& b = *accesses_[j];
        if (!a.writes() && !b.writes()) continue;
        const bool a_atomic = a.atomic != model::AtomicOp::None, b_atomic = b.atomic != model::AtomicOp::None;
        if ((a_atomic && (b_atomic || !b.writes())) || (b_atomic && !a.writes())) continue;
        const ThreadId thread = contextOf(i).thread;
        if (thread == contextOf(j).thread && !facts_.thread(thread).many) continue;
        if (!facts_.mayRunTogether(a.point, b.point)) continue;
        const Same same = facts_.sameObject(a.point, b.point);
        if (same == Same::No || containerBesideElement(a, b) || facts_.commonLock(a.point, b.point)) continue;
        if (memory_.double_checks.explains(a.point, b.point) ||
            memory_.double_checks.explains(b.point, a.point))
          continue;
        pairs.push_back(
            {.first = i, .second = j, .one_object = same == Same::Same && !memory_.manyObjects(a)});
      }
    }
    return pairs;
  }

  /// Asking a container for its size does not touch its elements; changing the container does.
  bool containerBesideElement(const SharedAccess& a, const SharedAccess& b) const {
    const auto element = [&](const SharedAccess& access) {
      const std::vector<model::Step>& steps = facts_.path(access.path).steps;
      return std::any_of(steps.begin(), steps.end(),
                         [](const model::Step& step) { return step.kind == model::StepKind::Index; });
    };
    if (element(a) == element(b)) return false;
    const SharedAccess& container = element(a) ? b : a;
    return entity_.is_container && !container.writes() && facts_.event(container.point).by_library;
  }

  const Context& contextOf(std::size_t access) const {
    return facts_.context(accesses_[access]->point.context);
  }

  void rate(Pair& pair) {
    if (guard_) {
      const bool first_holds = mayHold(facts_, *accesses_[pair.first], guard_, accesses_[pair.second]->point);
      const bool second_holds =
          mayHold(facts_, *accesses_[pair.second], guard_, accesses_[pair.first]->point);
      if (first_holds && !second_holds) std::swap(pair.first, pair.second);
      pair.leaves_out_guard = first_holds != second_holds;
    }
    if (!pair.leaves_out_guard) {
      const auto weight = [&](std::size_t access) {
        return std::tuple(locksAt(access), !accesses_[access]->writes(), placeOf(access));
      };
      if (weight(pair.second) < weight(pair.first)) std::swap(pair.first, pair.second);
    }
    pair.confidence = confidenceOf(pair);
  }

  /// A thread of the pair may be any of several that one wrapper starts.
  bool mixed(const Pair& pair) const {
    return facts_.thread(contextOf(pair.first).thread).mixed ||
           facts_.thread(contextOf(pair.second).thread).mixed;
  }

  Confidence confidenceOf(Pair& pair) {
    const SharedAccess& a = *accesses_[pair.first];
    const SharedAccess& b = *accesses_[pair.second];
    const Evidence evidence = std::max(contextOf(pair.first).evidence, contextOf(pair.second).evidence);
    const model::Path& first_path = facts_.path(a.path);
    const model::Path& second_path = facts_.path(b.path);
    if (evidence == Evidence::Unsure || first_path.widened || second_path.widened) return Confidence::Low;
    if (memory_.dying(a.point.context) || memory_.dying(b.point.context)) return Confidence::Low;
    if (mixed(pair)) return Confidence::Low;
    // "Any caller" has locals of its own.
    if (evidence == Evidence::Intent && entity_.kind == model::EntityKind::Local) return Confidence::Low;
    const bool wants_lock = declared_ || guard_;
    if (namesAnyElement(first_path) && namesAnyElement(second_path) && !wants_lock) return Confidence::Low;
    // Whoever annotated the members around this one left it out knowingly; a vote does not know better.
    if (left_unannotated_ && evidence == Evidence::Intent) return Confidence::Low;
    if (evidence == Evidence::Intent || !pair.one_object) {
      // One odd access out of three: only when the lock stands beside the variable.
      const bool clear = declared_ || (vote_ && vote_->clear) || (guard_ && standsBeside(guard_));
      // Whose callers are all here, and no thread among them, needs more than one lock beside it.
      if (by_owner_ && !declared_ && evidence == Evidence::Intent && !memory_.is_library)
        return Confidence::Low;
      return wants_lock && clear && (pair.leaves_out_guard || declared_) ? Confidence::Medium
                                                                         : Confidence::Low;
    }
    if (a.atomic != model::AtomicOp::None || b.atomic != model::AtomicOp::None) return Confidence::Medium;
    // volatile is no synchronisation, but somebody thought of another thread or a signal handler.
    return memory_.exact(a.point.context) && memory_.exact(b.point.context) && !entity_.is_volatile
               ? Confidence::High
               : Confidence::Medium;
  }

  Finding describe(const Pair& pair, std::size_t place_pairs) const {
    const SharedAccess& a = *accesses_[pair.first];
    const SharedAccess& b = *accesses_[pair.second];
    const ContextId here = a.point.context;
    const ContextId there = b.point.context;
    const std::string plain_name =
        variable_.allocation ? "the memory that `" + entityName(facts_, variable_.variable) + "` allocates"
                             : entityName(facts_, variable_.variable);
    const std::string name = variable_.allocation ? plain_name : quoted(plain_name);

    Finding finding;
    finding.rule = "racecourse-unguarded-shared-data";
    finding.confidence = pair.confidence;
    finding.severity = pair.confidence == Confidence::High ? Severity::Error : Severity::Warning;
    finding.place = facts_.event(a.point).place;
    const std::string without =
        pair.leaves_out_guard ? "without " + quoted(entityName(facts_, guard_)) +
                                    (declared_ ? ", its declared guard," : ", which guards it elsewhere,")
                              : heldPhrase(facts_, a.point);
    finding.message =
        name + " is " + std::string(accessParticiple(a.kind)) + " by " + threadPhrase(facts_, here) + " in " +
        quoted(functionName(facts_, contextOf(pair.first).function)) + " " + without + " while " +
        otherThreadPhrase(facts_, here, there) + " " + std::string(accessVerb(b.kind)) + " it";
    finding.traces = {facts_.trace(a.point, lastStep(a)), facts_.trace(b.point, lastStep(b))};

    if (declared_)
      finding.notes.push_back(name + " is declared to be guarded by " + quoted(entityName(facts_, guard_)));
    if (vote_) {
      finding.notes.push_back(quoted(entityName(facts_, EntityId(vote_->lock))) + " is held at " +
                              std::to_string(vote_->held) + " of " +
                              counted(vote_->total, "access", "accesses") + " of " + name);
    } else {
      finding.notes.push_back("no access of " + name + " holds a lock");
    }
    finding.notes.push_back(facts_.whyTogether(a.point, b.point));
    if (place_pairs > 1) {
      finding.notes.push_back(counted(place_pairs - 1, "other pair", "other pairs") + " of accesses of " +
                              name + (place_pairs == 2 ? " conflicts" : " conflict") + " in the same way");
    }
    finding.notes.push_back("false if " + assumption(pair, name));
    addImprecision(facts_, {here, there}, finding.notes);
    if (left_unannotated_)
      finding.notes.push_back("other members of " + quoted(entityName(facts_, entity_.parent)) +
                              " are annotated with their guard, this one is not");
    if (mixed(pair))
      finding.notes.push_back(
          "imprecise: one wrapper starts several kinds of threads, which were not told apart");
    if (capped_) finding.notes.push_back("imprecise: only the first accesses of " + name + " were compared");

    std::string first_function = functionName(facts_, contextOf(pair.first).function);
    std::string second_function = functionName(facts_, contextOf(pair.second).function);
    if (second_function < first_function) std::swap(first_function, second_function);
    finding.identity = finding.rule + "|" + plain_name + "|" + first_function + "|" + second_function;
    return finding;
  }

  std::string lastStep(const SharedAccess& access) const {
    return std::string(accessVerb(access.kind)) + " " + quoted(facts_.describe(access.path)) + " here";
  }

  std::string assumption(const Pair& pair, const std::string& name) const {
    if (pair.handed_over) {
      return quoted(entityName(facts_, pair.handed_over)) + " hands " + name +
             " over from one thread to the other";
    }
    const Evidence evidence = std::max(contextOf(pair.first).evidence, contextOf(pair.second).evidence);
    if (evidence == Evidence::Unsure)
      return "the functions that nobody calls by name never run in a second thread";
    if (evidence == Evidence::Intent) return "no two threads ever use one such object at the same time";
    if (!pair.one_object) return "the two threads never use the same object";
    if (namesAnyElement(facts_.path(accesses_[pair.first]->path)))
      return "each thread keeps to its own elements";
    return "something other than a lock keeps the two threads apart";
  }

  const Facts& facts_;
  const SharedVariable& variable_;
  Memory& memory_;
  const model::Entity& entity_;
  std::vector<const SharedAccess*> accesses_;
  std::optional<GuardVote> vote_;
  EntityId guard_;
  bool declared_ = false;
  bool left_unannotated_ = false; ///< a member without an annotation in a class that annotates others
  bool capped_ = false;
  bool by_owner_ = false; ///< the guard has no majority but stands beside the variable
  std::pair<ThreadId, ThreadId> told_threads_;
  std::pair<model::Place, model::Place> told_places_;
  model::Place told_whole_;
  std::size_t told_depth_ = 0;
};

/// A member of the variable's own class, or a global of the file that has the variable.
bool VariableJudge::standsBeside(EntityId guard) const {
  const model::Entity& lock = facts_.program()[guard];
  if (lock.kind != entity_.kind) return false;
  if (entity_.kind == model::EntityKind::Field) return lock.parent && lock.parent == entity_.parent;
  return entity_.kind == model::EntityKind::Global && lock.place.file &&
         lock.place.file == entity_.place.file;
}

/// Who puts a lock beside a variable and takes it says that the variable is shared, so there it needs no majority: it is
/// enough that every write holds it, or every access but one (the method that was forgotten).
bool VariableJudge::ownersLock() const {
  if (!vote_ || vote_->wins || !standsBeside(EntityId(vote_->lock))) return false;
  if (vote_->held + 1 >= vote_->total) return true;
  return std::all_of(accesses_.begin(), accesses_.end(), [&](const SharedAccess* access) {
    return !access->writes() || surelyHolds(facts_, *access, EntityId(vote_->lock));
  });
}

std::optional<Finding> VariableJudge::judge() {
  choose();
  std::vector<Pair> pairs = conflicts();
  if (pairs.empty()) return std::nullopt;
  vote_ = voteOf(facts_, variable_);
  by_owner_ = ownersLock();
  guard_ = vote_ && (vote_->wins || by_owner_) ? EntityId(vote_->lock) : EntityId();
  if (entity_.guarded_by) {
    declared_ = true;
    if (const EntityId lock = facts_.variable(entity_.guarded_by)) guard_ = lock;
  }
  for (Pair& pair : pairs) {
    rate(pair);
  }
  const Pair best = mostConvincing(pairs);
  const ContextId here = accesses_[best.first]->point.context;
  const ContextId there = accesses_[best.second]->point.context;
  told_threads_ = std::minmax(facts_.context(here).thread, facts_.context(there).thread);
  told_depth_ = std::max(depthOf(here), depthOf(there));
  told_places_ = std::minmax(placeOf(best.first), placeOf(best.second));
  for (std::size_t access : {best.first, best.second}) {
    if (accesses_[access]->whole) told_whole_ = placeOf(access);
  }
  return describe(best, countPlaces(pairs));
}

} // namespace

namespace {

/// Two threads that share a few variables without a lock have a bug; two that share hundreds, deep in code written for one
/// thread, have an agreement that locksets cannot see (who runs when), or a way into that code which is never taken. So
/// beyond this many findings between the same two threads only those near the thread's entry stay, the agreement's
/// own variables among them.
constexpr std::size_t max_between_two_threads = 12;
constexpr std::size_t near_entry = 2; ///< calls

struct Told {
  Finding finding;
  std::pair<ThreadId, ThreadId> threads;
  std::pair<model::Place, model::Place> places; ///< smaller first
  std::size_t depth = 0;
  model::Place whole; ///< where one of them accesses the whole object; line 0: neither does
  std::size_t members =
      1; ///< that the variable stands for: bit-fields and unions are one location with several names
  bool again = false; ///< another finding tells of the same whole object; counts as shared, but is not said
};

/// The frontend names such a location `owner::{first, second}`.
std::size_t membersOf(const Facts& facts, EntityId variable) {
  const std::string_view name = facts.program().text(facts.program()[variable].name);
  const std::size_t list = name.find('{');
  if (list == std::string_view::npos) return 1;
  return 1 + static_cast<std::size_t>(
                 std::count(name.begin() + static_cast<std::ptrdiff_t>(list), name.end(), ','));
}

void lowerCrowds(const Facts& facts, std::vector<Told>& told) {
  // A pool's spawn sites are one thread for this purpose.
  using Root = std::pair<bool, std::uint32_t>;
  const auto key = [&](const Told& entry) {
    const auto root = [&](ThreadId id) -> Root {
      const ThreadRoot& thread = facts.thread(id);
      return thread.entry ? Root(true, thread.entry.value) : Root(false, id.value);
    };
    const Root one = root(entry.threads.first), other = root(entry.threads.second);
    return one < other ? std::pair(one, other) : std::pair(other, one);
  };
  std::map<std::pair<Root, Root>, std::size_t> counts;
  for (const Told& entry : told) {
    if (entry.finding.confidence != Confidence::Low) counts[key(entry)] += entry.members;
  }
  for (Told& entry : told) {
    const std::size_t count = counts[key(entry)];
    if (count <= max_between_two_threads || entry.depth <= near_entry ||
        entry.finding.confidence == Confidence::Low)
      continue;
    entry.finding.confidence = Confidence::Low;
    entry.finding.severity = Severity::Warning;
    entry.finding.notes.push_back(
        "imprecise: these two threads share " + std::to_string(count) +
        " variables without a lock; they seem to have an agreement that is no lock");
  }
}

} // namespace

void findRaces(const Facts& facts, std::vector<Finding>& findings) {
  const SharedAccesses shared(facts);
  Memory memory(facts);
  std::set<EntityId> annotated_classes;
  for (const model::Entity& entity : facts.program().entities) {
    if (entity.kind == model::EntityKind::Field && entity.guarded_by) annotated_classes.insert(entity.parent);
  }
  std::vector<Told> told;
  for (const SharedVariable& variable : shared.variables()) {
    if (!variable.written) continue;
    VariableJudge judge(facts, variable, memory, annotated_classes);
    if (std::optional<Finding> finding = judge.judge()) {
      // What a pointer leads to has two names, and one race.
      const bool known = std::any_of(told.begin(), told.end(), [&](const Told& other) {
        return other.places == judge.toldPlaces() && other.finding.confidence <= finding->confidence;
      });
      if (known) continue;
      // An assignment of a whole struct is one mistake, however many members it has.
      const bool again = std::any_of(told.begin(), told.end(), [&](const Told& other) {
        return other.whole.line != 0 && other.whole == judge.toldWhole() &&
               other.finding.confidence <= finding->confidence;
      });
      told.push_back({std::move(*finding), judge.toldThreads(), judge.toldPlaces(), judge.toldDepth(),
                      judge.toldWhole(), membersOf(facts, variable.variable), again});
    }
  }
  lowerCrowds(facts, told);
  for (Told& entry : told) {
    if (entry.again) continue;
    findings.push_back(std::move(entry.finding));
  }
}

} // namespace racecourse::analysis
