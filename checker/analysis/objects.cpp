// Resolution: from a path in a function's terms to places, through what the context binds. A pointer or reference member
// whose stores are all seen is followed to what was stored (field-based, flow-insensitive, in the manner of Andersen,
// "Program Analysis and Specialization for the C Programming Language", 1994, restricted to members and globals); otherwise
// the pointer's own name stands for its pointee.
#include "checker/analysis/contexts.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

namespace {

constexpr std::size_t kMaxMemberCallables = 4; ///< more say nothing about which of them runs
constexpr int kMaxResolveDepth = 6;            ///< lambdas in lambdas, results of results

void addAll(std::vector<CallableRef>& into, const std::vector<CallableRef>& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::ranges::sort(into);
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

void cap(std::vector<PlaceId>& set) {
  std::ranges::sort(set);
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

} // namespace

PlaceId Contexts::placeOf(RootKind root, EntityId entity, EventId site) {
  Path path;
  path.root = root;
  path.entity = entity;
  path.site = site;
  return PlaceId(places.intern(std::move(path)));
}

void Contexts::gatherOwners(ContextId c, EntityId function, std::vector<ContextId>& out, int depth) {
  const ContextInfo& info = all[c.value];
  if (unit_[info.facts.function].entity == function) {
    if (std::ranges::find(out, c) == out.end()) out.push_back(c);
    return;
  }
  if (depth >= kMaxResolveDepth) return;
  for (ContextId maker : info.makers)
    gatherOwners(maker, function, out, depth + 1);
}

void Contexts::appendSteps(PlaceId base, std::span<const Step> steps, std::vector<PlaceId>& out) {
  if (steps.empty()) {
    out.push_back(base);
    return;
  }
  if (points_to_.empty()) {
    out.push_back(PlaceId(places.intern(extend(unit_, places[base.value], steps))));
    return;
  }
  std::vector<PlaceId> current{base}, next;
  for (const Step& step : steps) {
    next.clear();
    for (PlaceId place : current) {
      if (step.kind == StepKind::Deref)
        if (auto it = points_to_.find(place.value); it != points_to_.end()) {
          next.insert(next.end(), it->second.begin(), it->second.end());
          continue;
        }
      PlaceId longer(places.intern(extend(unit_, places[place.value], {&step, 1})));
      if (step.kind == StepKind::Field && unit_[step.field].is_reference)
        if (auto it = points_to_.find(longer.value); it != points_to_.end()) {
          next.insert(next.end(), it->second.begin(), it->second.end());
          continue;
        }
      next.push_back(longer);
    }
    cap(next);
    if (next.size() > kMaxPlaces) next.resize(kMaxPlaces);
    current.swap(next);
  }
  out.insert(out.end(), current.begin(), current.end());
}

void Contexts::resolve(ContextId c, PathId id, std::vector<PlaceId>& out, int depth) {
  if (!id) return;
  FunctionId f = all[c.value].facts.function;
  if (flows_.paths[id.value].root == RootKind::Result || !flows_.flows[f.value].stored.empty())
    id = canonicalPath(unit_, graph_, flows_, f, id);
  resolveAsWritten(c, id, out, depth);
}

/// Without replacing stored references: the place of the reference itself.
void Contexts::resolveAsWritten(ContextId c, PathId id, std::vector<PlaceId>& out, int depth) {
  if (!id) return;
  FunctionId f = all[c.value].facts.function;
  const Path& path = flows_.paths[id.value];
  std::span<const Step> steps(path.steps);
  switch (path.root) {
  case RootKind::Global:
  case RootKind::Local:
  case RootKind::Alloc:
    if (path.widened) break;
    appendSteps(placeOf(path.root, path.entity, path.site), steps, out);
    return;
  case RootKind::This: {
    std::vector<ContextId> owners;
    gatherOwners(c, path.entity, owners, 0);
    bool unknown = owners.empty();
    for (ContextId owner : owners) {
      const Binding& receiver = all[owner.value].receiver;
      for (PlaceId place : receiver.direct)
        appendSteps(place, steps, out);
      unknown |= receiver.unknown || receiver.direct.empty();
    }
    if (unknown) {
      EntityId type = path.entity ? unit_[path.entity].parent : EntityId();
      appendSteps(placeOf(RootKind::This, type), steps, out);
    }
    cap(out);
    return;
  }
  case RootKind::Parameter: {
    if (!path.entity) break;
    const Entity& parameter = unit_[path.entity];
    std::vector<ContextId> owners;
    gatherOwners(c, parameter.parent, owners, 0);
    bool unknown = owners.empty();
    bool deref = !parameter.is_reference && !steps.empty() && steps.front().kind == StepKind::Deref;
    for (ContextId owner : owners) {
      const auto& parameters = all[owner.value].parameters;
      if (parameter.index >= parameters.size()) {
        unknown = true;
        continue;
      }
      const Binding& binding = parameters[parameter.index];
      if (deref) {
        for (PlaceId place : binding.pointee)
          appendSteps(place, steps.subspan(1), out);
        unknown |= binding.unknown || binding.pointee.empty();
      } else if (parameter.is_reference) {
        for (PlaceId place : binding.direct)
          appendSteps(place, steps, out);
        unknown |= binding.unknown || binding.direct.empty();
      } else {
        // By value: an object of this run of the function.
        appendSteps(placeOf(RootKind::Local, path.entity), steps, out);
      }
    }
    if (unknown) appendSteps(placeOf(RootKind::Parameter, path.entity), steps, out);
    cap(out);
    return;
  }
  case RootKind::Result: {
    // Several targets, or one that returns what we cannot say in our own terms: ask its own contexts.
    if (path.site && depth < kMaxResolveDepth && path.entity == unit_[f].entity)
      if (const CallSite* site = graph_.site(f, path.site); site && site->count > 0) {
        bool all_known = true;
        std::vector<PlaceId> found;
        for (FunctionId target : graph_.targets(*site)) {
          const auto& returns = flows_.summaries[target.value].returns;
          ContextId callee = find(target, all[c.value].facts.thread);
          if (!returns || !callee || callee == c) {
            all_known = false;
            continue;
          }
          PathId whole(flows_.paths.intern(
              applyReturn(unit_, flows_.paths[returns->path.value], returns->kind, path.steps)));
          resolve(callee, whole, found, depth + 1);
        }
        if (all_known && !found.empty()) {
          out.insert(out.end(), found.begin(), found.end());
          cap(out);
          return;
        }
      }
    break;
  }
  case RootKind::Unknown: break;
  }
  out.push_back(PlaceId(places.intern(path)));
}

PlaceSetId Contexts::resolveSet(ContextId c, PathId path) {
  std::vector<PlaceId> out;
  resolve(c, path, out);
  cap(out);
  if (out.size() > kMaxPlaces) {
    // Too many to name: "some object" must be among those kept.
    std::ranges::partition(out, [&](PlaceId place) {
      RootKind root = places[place.value].root;
      return root != RootKind::Global && root != RootKind::Local && root != RootKind::Alloc;
    });
    out.resize(kMaxPlaces);
    std::ranges::sort(out);
  }
  return place_sets.intern(std::move(out));
}

LockKind Contexts::lockKind(PathId id) const {
  if (!id) return LockKind::Unknown;
  const Path& path = flows_.paths[id.value];
  for (std::size_t i = path.steps.size(); i-- > 0;)
    if (path.steps[i].kind == StepKind::Field) {
      LockKind kind = unit_[path.steps[i].field].lock;
      return kind == LockKind::None ? LockKind::Unknown : kind;
    }
  bool variable =
      path.root == RootKind::Global || path.root == RootKind::Local || path.root == RootKind::Parameter;
  if (variable && path.entity) {
    LockKind kind = unit_[path.entity].lock;
    return kind == LockKind::None ? LockKind::Unknown : kind;
  }
  return LockKind::Unknown;
}

std::vector<CallableRef> Contexts::callablesOf(ContextId c, PathId id) {
  std::vector<CallableRef> found;
  if (!id) return found;
  const Path& path = flows_.paths[id.value];
  if (path.root != RootKind::Parameter || !path.entity || !path.steps.empty()) {
    if (stored_callables_.empty()) return found;
    std::vector<PlaceId> held;
    resolve(c, id, held);
    bool named = !held.empty();
    for (PlaceId place : held) {
      auto it = stored_callables_.find(place.value);
      if (it != stored_callables_.end()) addAll(found, it->second);
      const RootKind root = places[place.value].root;
      named &= it != stored_callables_.end() &&
               (root == RootKind::Global || root == RootKind::Local || root == RootKind::Alloc);
    }
    if (named) return found;
    // "Some object's" member: what is stored there anywhere, when that is but a few functions.
    if (!path.steps.empty())
      for (std::size_t i = path.steps.size(); i-- > 0;)
        if (path.steps[i].kind == StepKind::Field) {
          auto it = member_callables_.find(path.steps[i].field);
          if (it != member_callables_.end() && it->second.size() <= kMaxMemberCallables)
            addAll(found, it->second);
          break;
        }
    return found;
  }
  const Entity& parameter = unit_[path.entity];
  std::vector<ContextId> owners;
  gatherOwners(c, parameter.parent, owners, 0);
  for (ContextId owner : owners)
    if (parameter.index < all[owner.value].parameters.size())
      addAll(found, all[owner.value].parameters[parameter.index].callables);
  return found;
}

PlaceId Contexts::anyElement(PlaceId place) {
  Path path = places[place.value];
  bool counted = false;
  for (Step& step : path.steps)
    if (step.kind == StepKind::Index && step.index == kSameElements) {
      step.index = kAnyElement;
      counted = true;
    }
  return counted ? PlaceId(places.intern(std::move(path))) : place;
}

void Contexts::eachItsOwn(std::vector<PlaceId>& set) {
  for (PlaceId& place : set)
    place = anyElement(place);
  std::ranges::sort(set);
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

/// Follows pointer stores seen in contexts. Whether anything new was learned.
bool Contexts::notePointers() {
  bool changed = false;
  std::vector<PlaceId> targets, values;
  auto merge = [](std::vector<CallableRef>& into, const std::vector<CallableRef>& more) {
    bool grew = false;
    for (const CallableRef& ref : more) {
      auto it = std::ranges::lower_bound(into, ref);
      if (it != into.end() && *it == ref) continue;
      if (into.size() >= 2 * kMaxPlaces) break;
      into.insert(it, ref);
      grew = true;
    }
    return grew;
  };
  for (std::size_t c = 0; c < all.size(); ++c) {
    FunctionId f = all[c].facts.function;
    for (EventId e : pointer_stores_[f.value]) {
      const Event& event = unit_[f].events[e.value];
      targets.clear();
      values.clear();
      resolveAsWritten(ContextId(c), event.path, targets, 0);
      PathId value = event.value;
      const Path& path = flows_.paths[event.path.value];
      bool reference = !path.steps.empty() && path.steps.back().kind == StepKind::Field &&
                       unit_[path.steps.back().field].is_reference;
      if (event.value_kind == ValueKind::Value && !reference) {
        Step deref{StepKind::Deref, {}, -1};
        value = PathId(flows_.paths.intern(extend(unit_, flows_.paths[value.value], {&deref, 1})));
      }
      resolve(ContextId(c), value, values);
      eachItsOwn(values);
      for (PlaceId target : targets) {
        auto& set = points_to_[target.value];
        for (PlaceId place : values) {
          if (set.size() >= kMaxPlaces || std::ranges::find(set, place) != set.end()) continue;
          set.push_back(place);
          changed = true;
        }
      }
    }
  }
  for (auto& [place, set] : points_to_)
    std::ranges::sort(set);
  // Functions: by the place that holds them, with elements of arrays alike, and by member.
  for (std::size_t c = 0; c < all.size(); ++c) {
    FunctionId f = all[c].facts.function;
    for (EventId e : function_stores_[f.value]) {
      const Event& event = unit_[f].events[e.value];
      std::vector<CallableRef> stored;
      if (event.value_kind == ValueKind::Callable)
        stored.push_back({event.callee, ContextId(c)});
      else
        stored = callablesOf(ContextId(c), event.value);
      if (stored.empty()) continue;
      targets.clear();
      resolveAsWritten(ContextId(c), event.path, targets, 0);
      for (PlaceId target : targets) {
        changed |= merge(stored_callables_[target.value], stored);
        Path any = places[target.value];
        bool element = false;
        for (Step& step : any.steps)
          if (step.kind == StepKind::Index && step.index >= 0) {
            step.index = -1;
            element = true;
          }
        if (element) changed |= merge(stored_callables_[places.intern(std::move(any))], stored);
      }
      const Path& path = flows_.paths[event.path.value];
      for (std::size_t i = path.steps.size(); i-- > 0;)
        if (path.steps[i].kind == StepKind::Field) {
          changed |= merge(member_callables_[path.steps[i].field], stored);
          break;
        }
    }
  }
  return changed;
}

} // namespace racecourse::analysis
