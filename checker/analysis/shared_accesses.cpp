#include "checker/analysis/shared_accesses.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace racecourse::analysis {

using model::AccessKind;
using model::EntityId;
using model::EventKind;
using model::LockKind;
using model::Mode;
using model::Path;
using model::RootKind;
using model::StepKind;
using model::TypeClass;

namespace {

bool canRace(const Facts& facts, const model::Event& event) {
  if (event.access == AccessKind::AddressTaken) return false;
  if (event.type_class != TypeClass::Plain && event.type_class != TypeClass::Atomic) return false;
  // A declaration's own write happens once, before anybody else can know the variable; C++ guards static locals. Only a
  // member can be initialised after its object has leaked out of the constructor.
  return !event.initialises || facts.path(event.path).root == RootKind::This;
}

bool isLockable(const model::Entity& entity) {
  return entity.type_class != TypeClass::Plain && entity.type_class != TypeClass::Atomic;
}

/// Does holding `lock` here speak for this access? Not in shared mode for a write, not for counting semaphores, and
/// not when the lock sits in another object of the same class than the one accessed.
bool speaksFor(const Facts& facts, const HeldLock& lock, const SharedAccess& access) {
  if (lock.kind == LockKind::Semaphore) return false;
  if (lock.mode == Mode::Shared && access.writes()) return false;
  if (!lock.path) return true;
  const EntityId owner = facts.ownerClass(lock.path);
  if (!owner || owner != facts.ownerClass(access.path)) return true;
  return ownerPrefix(facts.path(lock.path)) == ownerPrefix(facts.path(access.path));
}

EntityId variableOf(const Path& place) {
  EntityId variable;
  for (const model::Step& step : place.steps) {
    if (step.kind == StepKind::Field) variable = step.field;
  }
  if (!variable && (place.root == RootKind::Global || place.root == RootKind::Local)) variable = place.entity;
  return variable;
}

/// Nameless memory from the heap (with its place and allocator), or not; such memory sorts behind the rest.
using Key = std::tuple<bool, PlaceId, EntityId>;

/// Behind the variable that names the path lies a pointer: what it points to may have a name of its own.
bool beyondItsName(const Path& path) {
  for (std::size_t i = path.steps.size(); i-- > 0;) {
    if (path.steps[i].kind == StepKind::Field) return false;
    if (path.steps[i].kind == StepKind::Deref) return true;
  }
  return false;
}

/// A path that is but a parameter names whatever its callers pass; so does what lies behind a pointer variable, next to the
/// name that the variable gives it.
std::vector<Key> variablesOf(const Facts& facts, ContextId context, model::PathId path) {
  std::vector<Key> found;
  if (const EntityId variable = facts.variable(path)) {
    found.push_back({false, PlaceId(), variable});
    if (!beyondItsName(facts.path(path))) return found;
  }
  for (PlaceId id : facts.places(facts.resolve(context, path))) {
    if (facts.symbolic(id)) continue;
    const Path& place = facts.place(id);
    if (const EntityId variable = variableOf(place)) {
      found.push_back({false, PlaceId(), variable});
    } else if (place.root == RootKind::Alloc && place.entity) {
      Path whole = place;
      while (!whole.steps.empty() && whole.steps.back().kind == StepKind::Index)
        whole.steps.pop_back();
      if (whole.steps.empty()) found.push_back({true, facts.allocation(id), place.entity});
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// The object came out of a call or allocation in this very function, which starts no thread and gives nothing away before
/// this access, and which made it for sure or hands it to a thread later: a constructor by another name.
bool madeHere(const Facts& facts, Point point, model::PathId id) {
  const Path& path = facts.path(id);
  const model::Function& function = facts.function(point.context);
  if ((path.root != RootKind::Result && path.root != RootKind::Alloc) || path.entity != function.entity)
    return false;
  const std::span<const PlaceId> places = facts.places(facts.resolve(point.context, id));
  const bool allocated = places.size() == 1 && facts.place(places.front()).root == RootKind::Alloc;
  bool handed_to_thread = false;
  for (std::size_t i = 0; i < function.events.size(); ++i) {
    const model::Event& event = function.events[i];
    const bool earlier = i < point.event.value;
    if (event.kind == EventKind::Escape && earlier) return false;
    if (event.kind != EventKind::Spawn) continue;
    if (earlier) return false;
    for (const model::Argument& argument : event.arguments) {
      if (!argument.path) continue;
      const Path& passed = facts.path(argument.path);
      handed_to_thread = handed_to_thread || (passed.root == path.root && passed.entity == path.entity &&
                                              passed.site == path.site);
    }
  }
  return allocated || handed_to_thread;
}

/// Reached through call_once: what it does, happens once and before any of its callers goes on.
bool runsOnce(const Facts& facts, ContextId id) {
  constexpr int deep_enough = 64; // chains are short; the bound is against surprises
  for (int depth = 0; id && depth < deep_enough; ++depth) {
    const Context& context = facts.context(id);
    if (!context.caller) return false;
    const model::Event& call = facts.event({context.caller, context.call});
    if (call.kind == EventKind::Call && (call.flags & model::kCallOnce)) return true;
    if (call.kind == EventKind::Spawn) return false;
    id = context.caller;
  }
  return false;
}

/// What is accessed as a whole here and by its members there. Only objects that are named outright, or by one pointer with one
/// known target: what lies at the end of a chain of pointers is seldom all that it may be.
class WholesAndParts {
public:
  explicit WholesAndParts(const Facts& facts) : facts_(facts) {}

  void add(const SharedAccess& access, const Key& key) {
    const std::vector<model::Step>& steps = facts_.path(access.path).steps;
    const auto hops = std::count_if(steps.begin(), steps.end(),
                                    [](const model::Step& step) { return step.kind == StepKind::Deref; });
    const std::span<const PlaceId> places = facts_.places(facts_.resolve(access.point.context, access.path));
    if (access.atomic != model::AtomicOp::None || hops > 1 || places.size() != 1 ||
        facts_.symbolic(places.front()))
      return;
    At& at = places_[places.front()];
    at.accesses.push_back(access);
    if (std::find(at.keys.begin(), at.keys.end(), key) == at.keys.end()) at.keys.push_back(key);
  }

  /// Gives the variables of parts the accesses of their wholes.
  void merge(std::map<Key, SharedVariable>& variables) const {
    std::map<Path, const At*> by_path;
    for (const auto& [id, at] : places_)
      by_path.emplace(facts_.place(id), &at);
    std::set<std::pair<Key, const At*>> given;
    for (const auto& [id, at] : places_) {
      Path whole = facts_.place(id);
      bool member = false;
      while (!whole.steps.empty()) {
        const model::Step step = whole.steps.back();
        if (step.kind == StepKind::Deref) break;
        if (step.kind == StepKind::Field && facts_.program()[step.field].is_reference) break;
        member |= step.kind == StepKind::Field;
        whole.steps.pop_back();
        const auto other = member ? by_path.find(whole) : by_path.end();
        if (other == by_path.end()) continue;
        for (const Key& key : at.keys) {
          if (std::find(other->second->keys.begin(), other->second->keys.end(), key) !=
                  other->second->keys.end() ||
              !given.emplace(key, other->second).second)
            continue;
          SharedVariable& variable = variables[key];
          for (SharedAccess access : other->second->accesses) {
            if (ofContainer(access)) continue;
            access.whole = true;
            variable.written |= access.writes();
            variable.accesses.push_back(access);
          }
          std::sort(variable.accesses.begin(), variable.accesses.end(),
                    [](const SharedAccess& a, const SharedAccess& b) { return a.point < b.point; });
        }
      }
    }
  }

private:
  struct At {
    std::vector<SharedAccess> accesses;
    std::vector<Key> keys;
  };

  /// Asking or changing a container does not touch its elements.
  bool ofContainer(const SharedAccess& access) const {
    const EntityId variable = facts_.variable(access.path);
    return variable && facts_.program()[variable].is_container;
  }

  const Facts& facts_;
  std::map<PlaceId, At> places_;
};

} // namespace

SharedAccesses::SharedAccesses(const Facts& facts) {
  const model::Unit& program = facts.program();
  std::map<Key, SharedVariable> found;
  WholesAndParts parts(facts);
  for (std::size_t i = 0; i < facts.contextCount(); ++i) {
    const ContextId context{i};
    const model::Function& function = facts.function(context);
    if (function.analysis_off || function.in_system_header || runsOnce(facts, context)) continue;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const model::Event& event = function.events[e];
      if (event.kind != EventKind::Access || !canRace(facts, event)) continue;
      const Point point{context, model::EventId(e)};
      const PointState state = facts.state(point);
      if (!state.reachable || state.owned || madeHere(facts, point, event.path) ||
          !facts.maybeShared(context, event.path))
        continue;
      for (const Key& key : variablesOf(facts, context, event.path)) {
        const EntityId variable = std::get<EntityId>(key);
        if (program[variable].in_system_header || isLockable(program[variable])) continue;
        SharedVariable& entry = found[key];
        entry.accesses.push_back({point, event.path, event.access, event.atomic});
        entry.written |= event.access != AccessKind::Read;
        parts.add(entry.accesses.back(), key);
      }
    }
  }
  parts.merge(found);
  variables_.reserve(found.size());
  for (auto& [key, entry] : found) {
    std::tie(std::ignore, entry.allocation, entry.variable) = key;
    variables_.push_back(std::move(entry));
  }
}

const SharedVariable* SharedAccesses::find(EntityId variable) const {
  const auto at = std::lower_bound(
      variables_.begin(), variables_.end(), variable,
      [](const SharedVariable& entry, EntityId id) { return !entry.allocation && entry.variable < id; });
  return at != variables_.end() && !at->allocation && at->variable == variable ? &*at : nullptr;
}

EntityId lockVariable(const Facts& facts, const HeldLock& lock) {
  if (lock.path) {
    if (const EntityId variable = facts.variable(lock.path)) return variable;
  }
  EntityId common;
  for (PlaceId id : facts.places(lock.places)) {
    const EntityId variable = variableOf(facts.place(id));
    if (!variable || (common && common != variable)) return {};
    common = variable;
  }
  return common;
}

Path ownerPrefix(const Path& path) {
  Path prefix = path;
  for (std::size_t i = prefix.steps.size(); i > 0; --i) {
    if (prefix.steps[i - 1].kind == StepKind::Field) {
      prefix.steps.resize(i - 1);
      return prefix;
    }
  }
  return prefix;
}

bool namesAnyElement(const Path& path) {
  return std::any_of(path.steps.begin(), path.steps.end(), [](const model::Step& step) {
    return step.kind == StepKind::Index && step.index == model::kAnyElement;
  });
}

bool manyObjects(const Facts& facts, PlaceSetId set) {
  // Up to the entry of a thread that runs once, without a loop on any of the ways.
  constexpr std::size_t max_ways = 64;
  const auto isMany = [&](PlaceId id) {
    const Path& place = facts.place(id);
    if (place.root != RootKind::Alloc) return false;
    const std::optional<model::FunctionId> maker = facts.bodyOf(place.entity);
    if (!maker || !place.site || facts.contextsOf(*maker).size() != 1) return true;
    std::vector<std::pair<Point, int>> pending{{{facts.contextsOf(*maker).front(), place.site}, 0}};
    for (std::size_t i = 0; i < pending.size(); ++i) {
      const auto [point, depth] = pending[i];
      if (facts.event(point).in_loop || facts.thread(facts.context(point.context).thread).many) return true;
      if (depth == 3 || i == max_ways) return true;
      for (const Point& caller : facts.callersOf(point.context))
        pending.push_back({caller, depth + 1});
    }
    return false;
  };
  const std::span<const PlaceId> places = facts.places(set);
  return std::any_of(places.begin(), places.end(), isMany);
}

bool onlyWhenDying(const Facts& facts, ContextId id) {
  constexpr int deep_enough = 64;
  for (int depth = 0; id && depth < deep_enough; ++depth) {
    const Context& context = facts.context(id);
    if (!context.caller || facts.context(context.caller).thread != context.thread) return false;
    const model::Function& caller = facts.function(context.caller);
    for (const model::Block& block : caller.blocks) {
      const auto call = std::find(block.events.begin(), block.events.end(), context.call);
      if (call == block.events.end()) continue;
      const bool ends = std::any_of(call, block.events.end(), [&](model::EventId event) {
        const model::Event& later = caller.events[event.value];
        return later.kind == EventKind::Call && (later.flags & model::kCallNoReturn);
      });
      if (ends) return true;
    }
    id = context.caller;
  }
  return false;
}

std::optional<GuardVote> voteOf(const Facts& facts, const SharedVariable& variable) {
  struct Held {
    std::vector<std::uint32_t> locks;
    bool counts = false;
    bool any = false;
  };
  const bool all_unsure =
      std::all_of(variable.accesses.begin(), variable.accesses.end(), [&](const auto& access) {
        return facts.context(access.point.context).evidence == Evidence::Unsure;
      });
  std::map<std::pair<model::FunctionId, model::EventId>, Held> events;
  for (const SharedAccess& access : variable.accesses) {
    const Context& context = facts.context(access.point.context);
    if (context.evidence == Evidence::Unsure && !all_unsure) continue;
    std::vector<std::uint32_t> locks;
    for (const HeldLock& lock : facts.lockset(facts.state(access.point).must)) {
      if (!speaksFor(facts, lock, access)) continue;
      if (const EntityId name = lockVariable(facts, lock)) locks.push_back(name.value);
    }
    std::sort(locks.begin(), locks.end());
    Held& held = events[{context.function, access.point.event}];
    if (facts.thread(context.thread).kind == ThreadRoot::Kind::Main &&
        facts.liveThreads(access.point).empty()) {
      continue;
    }
    held.counts = true;
    if (!held.any) {
      held.any = true;
      held.locks = std::move(locks);
    } else {
      std::vector<std::uint32_t> both;
      std::set_intersection(held.locks.begin(), held.locks.end(), locks.begin(), locks.end(),
                            std::back_inserter(both));
      held.locks = std::move(both);
    }
  }
  std::vector<Ballot> ballots;
  for (auto& [event, held] : events) {
    ballots.push_back({std::move(held.locks), held.counts});
  }
  std::optional<GuardVote> vote = voteForGuard(ballots, facts.options().rules.guard_majority_percent / 100.0);
  // A lock that main holds for most of its life guards nothing that only main touches under it.
  if (vote && vote->wins) {
    const bool others =
        std::any_of(variable.accesses.begin(), variable.accesses.end(), [&](const SharedAccess& access) {
          if (facts.thread(facts.context(access.point.context).thread).kind == ThreadRoot::Kind::Main)
            return false;
          const std::span<const HeldLock> held = facts.lockset(facts.state(access.point).must);
          return std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) {
            return lockVariable(facts, lock) == EntityId(vote->lock);
          });
        });
    if (!others) vote->wins = vote->clear = false;
  }
  return vote;
}

bool surelyHolds(const Facts& facts, const SharedAccess& access, EntityId lock) {
  const std::span<const HeldLock> held = facts.lockset(facts.state(access.point).must);
  return std::any_of(held.begin(), held.end(), [&](const HeldLock& one) {
    return lockVariable(facts, one) == lock && speaksFor(facts, one, access);
  });
}

bool mayHold(const Facts& facts, const SharedAccess& access, EntityId lock, Point other) {
  for (const HeldLock& held : facts.lockset(facts.state(access.point).may)) {
    if (lockVariable(facts, held) == lock && speaksFor(facts, held, access) &&
        !facts.mayLack(access.point, held, other))
      return true;
  }
  return false;
}

} // namespace racecourse::analysis
