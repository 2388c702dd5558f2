// The worklist takes callers before callees (component order from the call graph), so outside recursion a context is
// processed once per round of its callers. Invariants: bindings, may-locks and points-to sets only grow; must-locks and
// freshness only shrink; `depth` of a context is larger than that of its witness caller, so witness chains end.
#include "checker/analysis/contexts.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

namespace {

constexpr std::size_t kMaxEntryLocks = 8; ///< with names; more join the far locks
constexpr std::size_t kMaxFarLocks = 16;  ///< more become "one of too many": helpers that everybody calls
constexpr int kMaxPointerRounds = 3;

template <typename T> bool mergeSets(std::vector<T>& a, const std::vector<T>& b) {
  bool changed = false;
  for (const T& value : b) {
    auto it = std::ranges::lower_bound(a, value);
    if (it != a.end() && *it == value) continue;
    a.insert(it, value);
    changed = true;
  }
  return changed;
}

} // namespace

bool Binding::merge(const Binding& other) {
  bool changed = false;
  auto bounded = [&](std::vector<PlaceId>& mine, const std::vector<PlaceId>& theirs) {
    for (PlaceId place : theirs) {
      auto it = std::ranges::lower_bound(mine, place);
      if (it != mine.end() && *it == place) continue;
      if (mine.size() >= kMaxPlaces) {
        // Too many to tell apart: "some object". The set is full for good, so that nothing counts as new again.
        changed |= !unknown;
        unknown = true;
        return;
      }
      mine.insert(it, place);
      changed = true;
    }
  };
  bounded(direct, other.direct);
  bounded(pointee, other.pointee);
  if (callables.size() < 4 * kMaxPlaces) changed |= mergeSets(callables, other.callables);
  if (other.unknown && !unknown) unknown = changed = true;
  return changed;
}

Contexts::Contexts(const Unit& unit, const CallGraph& graph, Flows& flows, const Options& options)
    : of_function(unit.functions.size()), unit_(unit), graph_(graph), flows_(flows), options_(options),
      index_(unit.functions.size()), programs_(findPrograms(unit)), pointer_stores_(unit.functions.size()),
      function_stores_(unit.functions.size()) {
  site_threads.resize(flows.spawn_sites.size());
  thread_entry_.assign(unit.functions.size(), false);
  for (const SpawnSite& site : flows.spawn_sites)
    if (FunctionId body = graph.bodyOf(unit[site.function].events[site.event.value].callee))
      thread_entry_[body.value] = true;
  for (std::size_t f = 0; f < unit.functions.size(); ++f)
    for (std::size_t e = 0; e < unit.functions[f].events.size(); ++e) {
      const Event& event = unit.functions[f].events[e];
      if (event.kind == EventKind::Access && event.access != AccessKind::Read && event.path &&
          (event.value_kind == ValueKind::Callable || event.value_kind == ValueKind::Value))
        function_stores_[f].push_back(EventId(e));
      if (event.kind == EventKind::Access && event.access != AccessKind::Read && event.value && event.path &&
          (event.value_kind == ValueKind::Object || event.value_kind == ValueKind::Value)) {
        const Path& path = unit.paths[event.path.value];
        bool variable =
            path.steps.empty() ? path.root == RootKind::Global : path.steps.back().kind == StepKind::Field;
        if (variable) pointer_stores_[f].push_back(EventId(e));
      }
    }
}

ContextId Contexts::find(FunctionId f, ThreadId t) const {
  for (const auto& [thread, c] : index_[f.value])
    if (thread == t) return c;
  return {};
}

ContextId Contexts::context(FunctionId f, ThreadId t) {
  if (ContextId known = find(f, t)) return known;
  ContextId made(all.size());
  index_[f.value].emplace_back(t, made);
  ContextInfo info;
  info.facts.function = f;
  info.facts.thread = t;
  info.parameters.resize(unit_[f].parameters.size());
  info.depth = ~0u;
  of_function[f.value].push_back(made);
  all.push_back(std::move(info));
  queued_.push_back(0);
  return made;
}

std::uint32_t Contexts::farId(const EntryLock& lock) {
  FarLock far{lock.places, lock.guard, lock.mode, lock.kind, lock.by_hand};
  if (far.places.value == 0) return 0;
  auto [it, inserted] = far_ids_.try_emplace(far, static_cast<std::uint32_t>(far_locks_.size()));
  if (inserted) far_locks_.push_back(far);
  return it->second;
}

FarSetId Contexts::farUnion(FarSetId a, FarSetId b) {
  if (a == b || b.value == 0) return a;
  if (a.value == 0) return b;
  if (b < a) std::swap(a, b);
  auto [it, inserted] = far_unions_.try_emplace(std::uint64_t{a.value} << 32 | b.value);
  if (inserted) {
    std::vector<std::uint32_t> both;
    std::ranges::set_union(far_sets_[a], far_sets_[b], std::back_inserter(both));
    if (both.size() > kMaxFarLocks || both.front() == 0) both.assign(1, 0);
    it->second = far_sets_.intern(std::move(both));
  }
  return it->second;
}

FarSetId Contexts::farAdd(FarSetId set, const EntryLock& lock) {
  return farUnion(set, far_sets_.intern({farId(lock)}));
}

std::vector<FarLock> Contexts::farLocks(FarSetId set) const {
  std::vector<FarLock> locks;
  for (std::uint32_t id : far_sets_[set])
    locks.push_back(far_locks_[id]);
  return locks;
}

void Contexts::enqueue(ContextId c) {
  if (queued_[c.value]) return;
  queued_[c.value] = 1;
  heap_.emplace_back(graph_.rank(all[c.value].facts.function), ~c.value);
  std::ranges::push_heap(heap_);
}

void Contexts::settle() {
  while (!heap_.empty()) {
    std::ranges::pop_heap(heap_);
    ContextId c(~heap_.back().second);
    heap_.pop_back();
    queued_[c.value] = 0;
    ++processed;
    process(c);
  }
}

ThreadId Contexts::rootThread(ThreadRoot::Kind kind, ProgramId program) {
  auto [it, inserted] =
      root_threads_.try_emplace({static_cast<std::uint8_t>(kind), program}, ThreadId(threads.size()));
  if (inserted) {
    ThreadRoot root;
    root.kind = kind;
    root.many = kind == ThreadRoot::Kind::Intent;
    root.program = program;
    threads.push_back(root);
    thread_evidence.push_back(kind == ThreadRoot::Kind::Main     ? Evidence::Proved
                              : kind == ThreadRoot::Kind::Intent ? Evidence::Intent
                                                                 : Evidence::Unsure);
  }
  return it->second;
}

ThreadId Contexts::spawnThread(ContextId from, EventId event, EntityId entry) {
  FunctionId f = all[from.value].facts.function;
  std::uint32_t site = flows_.spawnSite(f, event);
  const ProgramId own = programs_.of_function[f.value];
  const ProgramId program = own ? own : threads[all[from.value].facts.thread.value].program;
  auto [it, inserted] = spawn_threads_.try_emplace({site, entry.value, program}, ThreadId(threads.size()));
  if (inserted) {
    ThreadRoot root;
    root.kind = ThreadRoot::Kind::Spawned;
    root.program = program;
    root.entry = entry;
    root.spawner = f;
    root.spawn = event;
    root.place = unit_[f].events[event.value].place;
    threads.push_back(root);
    thread_evidence.push_back(Evidence::Unsure);
    site_threads[site].push_back(it->second);
  }
  return it->second;
}

void Contexts::enterRoot(FunctionId f, ThreadId t) {
  ContextId c = context(f, t);
  ContextInfo& info = all[c.value];
  info.reached = true;
  info.depth = 0;
  info.facts.caller = {};
  info.facts.call = {};
  info.receiver.unknown = true;
  for (Binding& binding : info.parameters)
    binding.unknown = true;
  info.fresh = 0;
  info.dying = false;
  meetEntry(info, {}, FarSetId(0));
  enqueue(c);
}

void Contexts::findIntent() {
  intent.assign(unit_.entities.size(), false);
  for (const Entity& entity : unit_.entities)
    if (entity.kind == EntityKind::Field && entity.type_class == TypeClass::Lock && entity.parent)
      intent[entity.parent.value] = true;
  for (const Function& function : unit_.functions) {
    bool locks = false;
    for (const Event& event : function.events)
      locks |= event.kind == EventKind::Acquire || event.kind == EventKind::GuardCreate;
    if (!locks) continue;
    EntityId owner = function.entity;
    for (FunctionId body = graph_.bodyOf(owner); body && unit_[body].is_lambda && unit_[body].enclosing;
         body = graph_.bodyOf(owner))
      owner = unit_[body].enclosing;
    FunctionId body = graph_.bodyOf(owner);
    if (body && unit_[body].this_type) intent[unit_[body].this_type.value] = true;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t e = 0; e < unit_.entities.size(); ++e) {
      if (intent[e] || unit_.entities[e].kind != EntityKind::Type) continue;
      for (EntityId base : unit_.entities[e].bases)
        if (base && intent[base.value]) intent[e] = changed = true;
    }
  }
}

void Contexts::addRoots() {
  bool has_main = false;
  for (std::size_t f = 0; f < unit_.functions.size(); ++f) {
    const Function& function = unit_.functions[f];
    if (function.blocks.empty() || !(function.is_main || function.runs_before_main)) continue;
    has_main |= function.is_main;
    const ProgramId own = programs_.of_function[f];
    if (own || programs_.count == 0) {
      enterRoot(FunctionId(f), rootThread(ThreadRoot::Kind::Main, own));
      continue;
    }
    for (ProgramId program = 1; program <= programs_.count; ++program)
      enterRoot(FunctionId(f), rootThread(ThreadRoot::Kind::Main, program));
  }
  settle();

  if (options_.library_intent) {
    std::vector<bool> threaded(unit_.entities.size(), false); // classes whose methods visible threads run
    if (has_main)
      for (const ContextInfo& info : all)
        if (threads[info.facts.thread.value].kind == ThreadRoot::Kind::Spawned)
          if (EntityId type = unit_[info.facts.function].this_type) threaded[type.value] = true;
    std::vector<bool> locking_file(unit_.files.size(), false);
    if (!has_main)
      for (const Function& function : unit_.functions)
        for (const Event& event : function.events)
          if ((event.kind == EventKind::Acquire || event.kind == EventKind::GuardCreate) &&
              function.place.file)
            locking_file[function.place.file.value] = true;
    for (std::size_t f = 0; f < unit_.functions.size(); ++f) {
      const Function& function = unit_.functions[f];
      if (function.blocks.empty() || function.is_lambda || function.is_private || function.is_constructor ||
          function.is_destructor || function.in_system_header || function.is_main ||
          function.runs_before_main)
        continue;
      // A class that stands in a source file has no callers but those seen, once main is among them.
      bool entry = function.this_type
                       ? intent[function.this_type.value] && !threaded[function.this_type.value] &&
                             !(has_main && inSourceFile(unit_, unit_[function.this_type].place))
                       : !has_main && function.is_exported && function.place.file &&
                             locking_file[function.place.file.value];
      if (entry) enterRoot(FunctionId(f), rootThread(ThreadRoot::Kind::Intent));
    }
    settle();
  }

  for (std::size_t f = 0; f < unit_.functions.size(); ++f) {
    const Function& function = unit_.functions[f];
    if (function.blocks.empty() || !of_function[f].empty()) continue;
    if (graph_.called(FunctionId(f)) && !function.address_taken) continue;
    if (function.is_lambda && function.enclosing && !of_function[f].empty()) continue;
    enterRoot(FunctionId(f), rootThread(ThreadRoot::Kind::Unknown));
    if (function.is_lambda)
      if (FunctionId around = graph_.bodyOf(function.enclosing)) {
        ContextInfo& info = all[find(FunctionId(f), rootThread(ThreadRoot::Kind::Unknown)).value];
        mergeSets(info.makers, of_function[around.value]);
      }
  }
  settle();
}

void Contexts::run() {
  findIntent();
  addRoots();
  auto any = [](const auto& lists) {
    return std::ranges::any_of(lists, [](const auto& list) { return !list.empty(); });
  };
  bool stores = any(pointer_stores_) || any(function_stores_);
  for (int round = 0; stores && round < kMaxPointerRounds && notePointers(); ++round) {
    for (std::size_t c = 0; c < all.size(); ++c)
      enqueue(ContextId(c));
    settle();
  }
  for (const auto& [key, list] : edge_seen_)
    edges.insert(edges.end(), list.begin(), list.end());
  std::ranges::sort(edges);
  // A thread is as sure as the surest of its spawners.
  for (bool changed = true; changed;) {
    changed = false;
    for (const ContextEdge& edge : edges) {
      if (!edge.spawn) continue;
      Evidence from = thread_evidence[all[edge.caller.value].facts.thread.value];
      Evidence& to = thread_evidence[all[edge.callee.value].facts.thread.value];
      if (from < to) {
        to = from;
        changed = true;
      }
    }
  }
  // An entry that runs what it was given: one wrapper starts different threads.
  for (const ContextEdge& edge : edges) {
    if (!edge.spawn) continue;
    const Function& entry = unit_[all[edge.callee.value].facts.function];
    for (const Event& event : entry.events)
      if (event.kind == EventKind::Call && (event.flags & kCallIndirect) && event.path && !event.in_loop &&
          unit_[event.path].root == RootKind::Parameter && callablesOf(edge.callee, event.path).size() > 1)
        threads[all[edge.callee.value].facts.thread.value].mixed = true;
  }
  for (ContextInfo& info : all)
    info.facts.evidence = info.dying ? Evidence::Unsure : thread_evidence[info.facts.thread.value];
  solveThreads();
}

Held Contexts::heldAt(ContextId c, std::uint32_t index) {
  const ContextInfo& info = all[c.value];
  const LocalState& state = flows_.state(info.facts.function, index);
  Held out;
  std::vector<EntryLock>& result = out.near;
  out.far = info.far;
  if (state.released.empty() && state.held.empty()) {
    result = info.entry;
    for (EntryLock& lock : result)
      lock.at_entry = true;
    return out;
  }
  auto intersects = [&](PlaceSetId a, PlaceSetId b) {
    for (PlaceId x : place_sets[a])
      if (std::ranges::find(place_sets[b], x) != place_sets[b].end()) return true;
    return false;
  };
  auto surelySame = [&](const EntryLock& a, PathId path, PlaceSetId set) {
    if (a.path && a.path == path) return true;
    return place_sets[set].size() == 1 && a.places == set;
  };
  for (const HeldEntry& held : state.held) {
    EntryLock lock;
    lock.path = held.lock;
    lock.places = resolveSet(c, held.lock);
    lock.kind = lockKind(held.lock);
    if (held.guard && held.guard == held.lock) {
      // "The lock of a guard passed in": found among the caller's locks by its guard.
      const PlaceSetId guard_places = lock.places;
      for (const EntryLock& entry : info.entry)
        if (entry.guard.value != 0 && intersects(entry.guard, lock.places)) {
          lock.path = entry.path;
          lock.places = entry.places;
          lock.kind = entry.kind;
          break;
        }
      for (std::uint32_t id : far_sets_[info.far])
        if (far_locks_[id].guard.value != 0 && intersects(far_locks_[id].guard, guard_places)) {
          lock.path = {};
          lock.places = far_locks_[id].places;
          lock.kind = far_locks_[id].kind;
          break;
        }
    }
    if (lock.kind == LockKind::Unknown)
      for (PlaceId place : place_sets[lock.places]) {
        const Path& named = places[place.value];
        if (named.steps.empty() && named.entity &&
            (named.root == RootKind::Global || named.root == RootKind::Local) &&
            unit_[named.entity].lock != LockKind::None)
          lock.kind = unit_[named.entity].lock;
        else if (!named.steps.empty() && named.steps.back().kind == StepKind::Field &&
                 unit_[named.steps.back().field].lock != LockKind::None)
          lock.kind = unit_[named.steps.back().field].lock;
      }
    if (held.guard)
      lock.guard = resolveSet(c, held.guard);
    else
      lock.guard = PlaceSetId(0);
    lock.mode = held.mode;
    lock.depth = held.depth;
    lock.must = held.must;
    lock.by_hand = !held.guard && !held.borrowed;
    lock.at_entry = held.borrowed;
    lock.since = held.since;
    result.push_back(lock);
  }
  std::size_t own = result.size();
  for (const EntryLock& entry : info.entry) {
    bool dropped = false, doubtful = false;
    for (const ReleasedEntry& released : state.released) {
      PlaceSetId set = resolveSet(c, released.lock);
      bool by_guard = entry.guard.value != 0 && intersects(entry.guard, set);
      bool certain = surelySame(entry, released.lock, set) || (by_guard && place_sets[set].size() == 1);
      bool possible = certain || by_guard || intersects(entry.places, set);
      if (!possible) continue;
      (certain && released.must ? dropped : doubtful) = true;
    }
    if (dropped) continue;
    bool merged = false;
    for (std::size_t i = 0; i < own && !merged; ++i) {
      EntryLock& mine = result[i];
      if (!surelySame(entry, mine.path, mine.places)) continue;
      merged = true;
      // Whoever waits for a lock that blocks its holder, and gets it, did not have it from the caller.
      const bool blocks =
          mine.kind == LockKind::Mutex || mine.kind == LockKind::Shared || mine.kind == LockKind::Spin;
      if (blocks && mine.must && !mine.at_entry && !entry.must) continue;
      if (!mine.at_entry) mine.depth = static_cast<std::uint8_t>(std::min(3, mine.depth + entry.depth));
      mine.must |= entry.must && !doubtful;
      mine.at_entry = true;
      if (mine.kind == LockKind::Unknown) mine.kind = entry.kind;
    }
    if (merged) continue;
    EntryLock kept = entry;
    kept.must &= !doubtful;
    kept.at_entry = true;
    kept.since = {};
    result.push_back(kept);
  }
  if (out.far.value != 0 && !state.released.empty()) {
    std::vector<std::uint32_t> left;
    for (std::uint32_t id : far_sets_[out.far]) {
      bool dropped = false;
      for (const ReleasedEntry& released : state.released) {
        if (!released.must) continue;
        PlaceSetId set = resolveSet(c, released.lock);
        dropped |=
            place_sets[set].size() == 1 && (far_locks_[id].places == set || far_locks_[id].guard == set);
      }
      if (!dropped) left.push_back(id);
    }
    out.far = far_sets_.intern(std::move(left));
  }
  return out;
}

bool Contexts::freshRoot(ContextId c, const LocalState& state, PathId id) {
  if (!id) return false;
  FunctionId f = all[c.value].facts.function;
  id = canonicalPath(unit_, graph_, flows_, f, id);
  const Path path = flows_.paths[id.value];
  // Behind a further pointer lies another object.
  auto isRoot = [&](PathId root) { return sameRoot(flows_.paths[root.value], path); };
  auto beyond = [&](std::size_t from) {
    for (std::size_t i = from; i < path.steps.size(); ++i)
      if (path.steps[i].kind == StepKind::Deref) return true;
    return false;
  };
  switch (path.root) {
  case RootKind::Alloc: return !beyond(0) && std::ranges::any_of(state.fresh, isRoot);
  case RootKind::This:
    if (path.entity != unit_[f].entity || beyond(0)) return false;
    return ((all[c.value].fresh & 1) || unit_[f].is_constructor) &&
           !std::ranges::any_of(state.escaped, isRoot);
  case RootKind::Local: // of this very run, and its address not given away yet
    return path.entity && unit_[path.entity].parent == unit_[f].entity && !beyond(0) &&
           !std::ranges::any_of(state.escaped, isRoot);
  case RootKind::Parameter: {
    if (!path.entity || unit_[path.entity].parent != unit_[f].entity || beyond(1)) return false;
    std::uint32_t index = unit_[path.entity].index;
    return index < 63 && (all[c.value].fresh >> (index + 1) & 1) &&
           !std::ranges::any_of(state.escaped, isRoot);
  }
  default: return false;
  }
}

Binding Contexts::bindArgument(ContextId from, const Argument& argument, const Entity* parameter) {
  Binding binding;
  bool reference = parameter && parameter->is_reference;
  bool pointer = parameter && parameter->is_pointer && !reference;
  switch (argument.kind) {
  case ValueKind::Object: resolve(from, argument.path, pointer ? binding.pointee : binding.direct); break;
  case ValueKind::Value:
    if (reference) {
      resolve(from, argument.path, binding.direct);
    } else if (argument.path) {
      Step deref{StepKind::Deref, {}, -1};
      PathId pointee(flows_.paths.intern(extend(unit_, flows_.paths[argument.path.value], {&deref, 1})));
      resolve(from, pointee, binding.pointee);
    }
    break;
  case ValueKind::Callable: binding.callables.push_back({argument.callable, from}); break;
  case ValueKind::Copy: break;
  case ValueKind::None: binding.unknown = true; break;
  }
  if (argument.path && argument.kind != ValueKind::Callable)
    binding.callables = callablesOf(from, argument.path);
  for (auto* set : {&binding.direct, &binding.pointee}) {
    std::ranges::sort(*set);
    set->erase(std::unique(set->begin(), set->end()), set->end());
  }
  return binding;
}

/// A held lock of the caller in the callee's terms.
EntryLock Contexts::enter(ContextId from, const Event& event, const Function& target, bool bind_arguments,
                          const EntryLock& held) {
  EntryLock lock = held;
  lock.at_entry = true;
  lock.since = {};
  lock.path = {};
  if (!held.path) return lock;
  FunctionId caller = all[from.value].facts.function;
  const Path path = flows_.paths[held.path.value];
  if (path.root == RootKind::Alloc || path.root == RootKind::Unknown) lock.path = held.path;
  if (target.is_lambda && path.entity) {
    EntityId owner = path.root == RootKind::This ? path.entity : unit_[path.entity].parent;
    bool variable =
        path.root == RootKind::This || path.root == RootKind::Local || path.root == RootKind::Parameter;
    if (variable && owner && owner != target.entity && standsIn(unit_, graph_, target.entity, owner))
      lock.path = held.path;
  }
  if (bind_arguments && !lock.path) {
    auto rebase = [&](PathId actual_id, RootKind root, EntityId entity, bool deref) {
      if (lock.path || !actual_id) return;
      const Path& actual = flows_.paths[canonicalPath(unit_, graph_, flows_, caller, actual_id).value];
      if (!startsWith(path, actual)) return;
      Path base;
      base.root = root;
      base.entity = entity;
      if (deref) base.steps.push_back({StepKind::Deref, {}, -1});
      lock.path = PathId(
          flows_.paths.intern(extend(unit_, base, std::span(path.steps).subspan(actual.steps.size()))));
    };
    if (target.this_type && !target.is_lambda) rebase(event.receiver, RootKind::This, target.entity, false);
    for (std::size_t i = 0; i < event.arguments.size() && i < target.parameters.size(); ++i) {
      const Argument& argument = event.arguments[i];
      const Entity& parameter = unit_[target.parameters[i]];
      if (argument.kind == ValueKind::Object)
        rebase(argument.path, RootKind::Parameter, target.parameters[i],
               parameter.is_pointer && !parameter.is_reference);
      else if (argument.kind == ValueKind::Value)
        rebase(argument.path, RootKind::Parameter, target.parameters[i], false);
    }
  }
  if (!lock.path && path.root == RootKind::Global) lock.path = held.path;
  return lock;
}

/// must ∩, may ∪ over the ways in. Whether anything changed.
bool Contexts::meetEntry(ContextInfo& info, const std::vector<EntryLock>& held, FarSetId far) {
  bool changed = !info.reached;
  FarSetId far_before = info.far;
  info.far = farUnion(info.far, far);
  if (!info.reached) {
    info.reached = true;
    info.entry = held;
    return true;
  }
  std::uint64_t used = 0; // held comes in capped at kMaxEntryLocks plus what the caller itself took
  for (std::size_t m = 0; m < info.entry.size(); ++m) {
    EntryLock& mine = info.entry[m];
    const EntryLock* other = nullptr;
    for (int strict = 1; strict >= 0 && !other; --strict)
      for (std::size_t i = 0; i < held.size() && i < 64 && !other; ++i) {
        if (used >> i & 1) continue;
        bool same = strict ? mine.path && mine.path == held[i].path : mine.places == held[i].places;
        if (!same) continue;
        other = &held[i];
        used |= std::uint64_t{1} << i;
      }
    if (!other) {
      changed |= mine.must;
      mine.must = false;
    } else if (!(mine == *other)) {
      EntryLock before = mine;
      mine.must = mine.must && other->must && mine.mode == other->mode;
      if (mine.mode != other->mode) mine.mode = Mode::Exclusive;
      mine.depth = std::min(mine.depth, other->depth);
      mine.by_hand |= other->by_hand;
      if (mine.path != other->path) mine.path = {};
      auto merge = [&](PlaceSetId a, PlaceSetId b) {
        if (a == b) return a;
        std::vector<PlaceId> both = place_sets[a];
        mergeSets(both, place_sets[b]);
        if (both.size() > kMaxPlaces) both.resize(kMaxPlaces);
        return place_sets.intern(std::move(both));
      };
      mine.places = merge(mine.places, other->places);
      mine.guard = merge(mine.guard, other->guard);
      changed |= !(before == mine);
    }
    if (!mine.must && !mine.path) {
      info.far = farAdd(info.far, mine);
      info.entry.erase(info.entry.begin() + static_cast<std::ptrdiff_t>(m--));
      changed = true;
    }
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (i < 64 && (used >> i & 1)) continue;
    EntryLock added = held[i];
    added.must = false;
    if (!added.path || info.entry.size() >= kMaxEntryLocks) {
      info.far = farAdd(info.far, added);
      continue;
    }
    info.entry.push_back(added);
    changed = true;
  }
  return changed || info.far != far_before;
}

void Contexts::flowInto(ContextId from, EventId event_id, FunctionId target, ThreadId thread,
                        const Held& held, bool bind_arguments, const CallableRef* made, bool spawn) {
  if (apart(programs_.of_function[target.value], threads[thread.value].program)) return;
  const Function& callee = unit_[target];
  const FunctionId caller = all[from.value].facts.function;
  const Event& event = unit_[caller].events[event_id.value];
  ContextId to = context(target, thread);

  Binding receiver;
  bool method = callee.this_type && !callee.is_lambda;
  if (method) {
    if (bind_arguments && event.receiver) resolve(from, event.receiver, receiver.direct);
    receiver.unknown = receiver.direct.empty();
  }
  std::vector<Binding> parameters(callee.parameters.size());
  std::uint64_t fresh = 0;
  const LocalState& state = flows_.state(caller, flows_.flows[caller.value].stateIndex(event_id));
  if (bind_arguments && !spawn && method && freshRoot(from, state, event.receiver)) fresh |= 1;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!bind_arguments || i >= event.arguments.size()) {
      parameters[i].unknown = true;
      continue;
    }
    parameters[i] = bindArgument(from, event.arguments[i], &unit_[callee.parameters[i]]);
    if (!spawn && i < 63 && event.arguments[i].kind == ValueKind::Object &&
        freshRoot(from, state, event.arguments[i].path))
      fresh |= std::uint64_t{1} << (i + 1);
  }
  if (spawn) {
    // What the spawner's loop picks in turn is one element for each thread.
    eachItsOwn(receiver.direct);
    for (Binding& binding : parameters) {
      eachItsOwn(binding.direct);
      eachItsOwn(binding.pointee);
    }
  }
  std::vector<ContextId> makers;
  if (callee.is_lambda && callee.enclosing) {
    gatherOwners(made ? made->maker : from, callee.enclosing, makers, 0);
    std::ranges::sort(makers);
  }
  std::vector<EntryLock> entry;
  FarSetId far = held.far;
  for (const EntryLock& lock : held.near) {
    EntryLock inside = enter(from, event, callee, bind_arguments, lock);
    if (inside.path || inside.must)
      entry.push_back(inside);
    else
      far = farAdd(far, inside);
  }

  ContextInfo& info = all[to.value];
  bool changed = !info.reached;
  changed |= info.receiver.merge(receiver);
  for (std::size_t i = 0; i < parameters.size() && i < info.parameters.size(); ++i)
    changed |= info.parameters[i].merge(parameters[i]);
  changed |= mergeSets(info.makers, makers);
  if ((info.fresh & fresh) != info.fresh) {
    info.fresh &= fresh;
    changed = true;
  }
  changed |= meetEntry(info, entry, far);
  if (info.dying && !all[from.value].dying &&
      (!flows_.flows[caller.value].isDying(event_id) ||
       (thread_entry_[caller.value] && !flows_.summaries[target.value].never_returns))) {
    info.dying = false;
    changed = true;
  }
  std::uint32_t depth = all[from.value].depth + 1;
  if (to != from && depth < info.depth) {
    info.depth = depth;
    info.facts.caller = from;
    info.facts.call = event_id;
  }
  auto& seen = edge_seen_[std::uint64_t{from.value} << 32 | to.value];
  ContextEdge edge{from, event_id, to, spawn};
  if (std::ranges::find(seen, edge) == seen.end()) seen.push_back(edge);
  if (changed) enqueue(to);
}

void Contexts::processSpawn(ContextId c, EventId event_id) {
  const FunctionId f = all[c.value].facts.function;
  const Event& event = unit_[f].events[event_id.value];
  if (FunctionId body = graph_.bodyOf(event.callee)) {
    ThreadId thread = spawnThread(c, event_id, event.callee);
    flowInto(c, event_id, body, thread, {}, true, nullptr, true);
    return;
  }
  // The thread's function came in through a parameter: whatever callers passed.
  std::vector<CallableRef> started;
  auto add = [&](PathId path) { mergeSets(started, callablesOf(c, path)); };
  add(event.value);
  for (const Argument& argument : event.arguments) {
    if (argument.kind == ValueKind::Callable)
      mergeSets(started, std::vector<CallableRef>{{argument.callable, c}});
    else
      add(argument.path);
  }
  for (const CallableRef& ref : started)
    if (FunctionId body = graph_.bodyOf(ref.callable)) {
      ThreadId thread = spawnThread(c, event_id, ref.callable);
      flowInto(c, event_id, body, thread, {}, event.value.valid(), &ref, true);
    }
}

void Contexts::process(ContextId c) {
  const FunctionId f = all[c.value].facts.function;
  const ThreadId thread = all[c.value].facts.thread;
  const Function& function = unit_[f];
  const FunctionFlow& flow = flows_.flows[f.value];
  std::uint32_t cached = FunctionFlow::kUnreachable;
  Held held;
  auto heldFor = [&](std::uint32_t index) -> const Held& {
    if (index != cached) {
      held = heldAt(c, index);
      cached = index;
    }
    return held;
  };
  for (const CallSite& site : graph_.sites(f)) {
    const Event& event = function.events[site.event.value];
    std::uint32_t index = flow.stateIndex(site.event);
    if (index == FunctionFlow::kUnreachable) continue;
    auto targets = graph_.targets(site);
    bool now = event.kind == EventKind::Wait || (event.flags & (kCallInvokesArguments | kCallOnce));
    for (FunctionId target : targets) {
      bool as_argument = std::ranges::any_of(event.arguments, [&](const Argument& a) {
        return a.kind == ValueKind::Callable && a.callable == unit_[target].entity;
      });
      flowInto(c, site.event, target, thread, heldFor(index), !as_argument, nullptr, false);
    }
    std::vector<CallableRef> invoked;
    if (event.flags & kCallIndirect) mergeSets(invoked, callablesOf(c, event.path));
    if (now)
      for (const Argument& argument : event.arguments)
        if (argument.kind != ValueKind::Callable) mergeSets(invoked, callablesOf(c, argument.path));
    for (const CallableRef& ref : invoked)
      if (FunctionId body = graph_.bodyOf(ref.callable))
        flowInto(c, site.event, body, thread, heldFor(index), (event.flags & kCallIndirect) != 0, &ref,
                 false);
    if (now || event.kind == EventKind::Wait) continue;
    // Callables that something keeps: run later, by nobody knows whom.
    bool keeps = (event.flags & kCallStoresArguments) || (targets.empty() && !(event.flags & kCallKnown));
    for (std::size_t i = 0; i < event.arguments.size(); ++i) {
      std::vector<CallableRef> kept;
      if (event.arguments[i].kind == ValueKind::Callable)
        kept.push_back({event.arguments[i].callable, c});
      else if (keeps)
        kept = callablesOf(c, event.arguments[i].path);
      if (kept.empty()) continue;
      bool later = keeps;
      for (FunctionId target : targets)
        if (i < 64 && !(flows_.summaries[target.value].invokes >> i & 1) &&
            !(event.flags & kCallStoresArguments)) {
          // A body which neither calls nor passes it on keeps it; passing on is followed there.
          bool passed = false;
          if (i < unit_[target].parameters.size())
            for (const Event& inner : unit_[target].events)
              for (const Argument& argument : inner.arguments)
                if (argument.path && flows_.paths[argument.path.value].root == RootKind::Parameter &&
                    flows_.paths[argument.path.value].entity == unit_[target].parameters[i])
                  passed = true;
          later |= !passed;
        }
      if (!later) continue;
      for (const CallableRef& ref : kept)
        if (FunctionId body = graph_.bodyOf(ref.callable))
          flowInto(c, site.event, body, rootThread(ThreadRoot::Kind::Unknown), {}, false, &ref, false);
    }
  }
  auto first = std::ranges::lower_bound(flows_.spawn_sites, f, {}, &SpawnSite::function);
  for (; first != flows_.spawn_sites.end() && first->function == f; ++first)
    if (flow.stateIndex(first->event) != FunctionFlow::kUnreachable) processSpawn(c, first->event);
}

} // namespace racecourse::analysis
