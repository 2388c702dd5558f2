// Summaries: what a call does to its caller (applied here), and how a solved function is summed up. An effect that
// several targets of a virtual call share is certain only if all have it; threads started by any of them may live.
// A lock effect survives into the caller when the caller can name the lock: what is rooted in a callee's own locals
// ends with them.
#include "checker/analysis/flow_transfer.h"
#include "checker/model/labels.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

namespace {

constexpr std::size_t kMaxSections = 64;
/// A function with at most this many calls passes its callees' critical sections on as its own: a thin wrapper.
constexpr std::size_t kThinWrapperCalls = 3;

bool namable(const FlowContext& context, const Function& function, PathId id) {
  const Path& path = context.flows.paths[id.value];
  switch (path.root) {
  case RootKind::Result: return false;
  case RootKind::Local: return path.entity && context.unit[path.entity].parent != function.entity;
  case RootKind::Global:
  case RootKind::Parameter:
  case RootKind::This:
  case RootKind::Alloc:
  case RootKind::Unknown: return true;
  }
  return false;
}

bool flowsIntoReturn(const Function& function, EventId read) {
  for (const Event& event : function.events)
    if (event.kind == EventKind::Return && std::ranges::find(event.inputs, read) != event.inputs.end())
      return true;
  return false;
}

void addSections(FlowContext& context, FunctionId f, Summary& summary) {
  const Function& function = context.unit[f];
  const FunctionFlow& flow = context.flows.flows[f.value];
  auto sites = context.graph.sites(f);
  std::vector<SectionUse> found;
  for (std::size_t e = 0;
       e < function.events.size() && !flow.states.empty() && found.size() <= 4 * kMaxSections; ++e) {
    const Event& event = function.events[e];
    bool test = event.kind == EventKind::Call && (event.flags & kCallContainerTest);
    if (event.kind != EventKind::Access && !test) continue;
    PathId variable = test ? event.receiver : event.path;
    if (!variable || event.type_class == TypeClass::Lock || event.type_class == TypeClass::Const ||
        event.type_class == TypeClass::ThreadLocal || event.access == AccessKind::AddressTaken)
      continue;
    std::uint32_t index = flow.stateIndex(EventId(e));
    if (index == FunctionFlow::kUnreachable) continue;
    for (const HeldEntry& held : flow.states[index].held) {
      if (!held.must || held.borrowed || !held.since || !namable(context, function, held.lock)) continue;
      if (context.unit[f].events[held.since.value].kind == EventKind::Call &&
          context.unit[f].events[held.since.value].callee == function.entity)
        continue;
      SectionUse use;
      use.lock = held.lock;
      use.variable = canonicalPath(context.unit, context.graph, context.flows, f, variable);
      if (!namable(context, function, use.variable)) continue;
      use.begin = held.since;
      use.at = EventId(e);
      use.write = !test && event.access != AccessKind::Read;
      use.container_test = test;
      use.returned = !use.write && flowsIntoReturn(function, EventId(e));
      found.push_back(use);
    }
  }
  if (found.empty() && sites.size() <= kThinWrapperCalls) {
    for (const CallSite& site : sites) {
      const Event& call = function.events[site.event.value];
      bool returned = flowsIntoReturn(function, site.event);
      for (FunctionId target : context.graph.targets(site))
        for (const SectionUse& inner : context.flows.summaries[target.value].facts.sections) {
          SectionUse use = inner;
          use.lock = translatePath(context.unit, context.graph, context.flows.paths, function, call,
                                   context.unit[target], inner.lock);
          use.variable = translatePath(context.unit, context.graph, context.flows.paths, function, call,
                                       context.unit[target], inner.variable);
          if (!use.lock || !use.variable || !namable(context, function, use.lock) ||
              !namable(context, function, use.variable))
            continue;
          use.begin = use.at = site.event;
          use.returned = inner.returned && returned;
          found.push_back(use);
        }
    }
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.size() > kMaxSections) found.resize(kMaxSections);
  summary.sections = std::move(found);
}

} // namespace

std::vector<Effect> Transfer::contractEffects(const Event& event) {
  std::vector<Effect> effects;
  FunctionId declared = event.callee ? context_.contracts[event.callee.value] : FunctionId();
  if (!declared) return effects;
  const Function& callee = context_.unit[declared];
  for (const Contract& contract : callee.contracts) {
    if (contract.kind != Contract::Kind::Acquires && contract.kind != Contract::Kind::Releases &&
        contract.kind != Contract::Kind::TryAcquires)
      continue;
    PathId lock = translatePath(context_.unit, context_.graph, context_.flows.paths, function_, event, callee,
                                contract.lock);
    if (!lock) continue;
    Effect effect;
    effect.lock.lock = canonical(lock);
    effect.lock.mode = contract.mode;
    effect.lock.acquires = contract.kind != Contract::Kind::Releases;
    effect.lock.always = contract.kind != Contract::Kind::TryAcquires;
    effects.push_back(effect);
  }
  return effects;
}

std::vector<Effect> Transfer::callEffects(const Event& event, const CallSite* site) {
  std::vector<Effect> all = contractEffects(event);
  if (!site) return all;
  std::vector<std::pair<Effect, unsigned>> seen; // with the number of targets that have it for certain
  unsigned bodies = 0;
  for (FunctionId target : context_.graph.targets(*site)) {
    ++bodies;
    for (const Effect& own : context_.flows.summaries[target.value].effects) {
      auto translate = [&](PathId path) {
        PathId result = translatePath(context_.unit, context_.graph, context_.flows.paths, function_, event,
                                      context_.unit[target], path);
        return canonical(result);
      };
      Effect effect = own;
      effect.lock.lock = translate(own.lock.lock);
      if (!effect.lock.lock) continue;
      effect.guard = translate(own.guard);
      bool always = effect.lock.always;
      effect.lock.always = true;
      auto it = std::ranges::find(seen, effect, &std::pair<Effect, unsigned>::first);
      if (it == seen.end()) {
        seen.emplace_back(effect, 0);
        it = seen.end() - 1;
      }
      it->second += always ? 1 : 0;
    }
  }
  for (auto& [effect, certain] : seen) {
    effect.lock.always = certain == bodies;
    bool declared = std::ranges::any_of(all, [&](const Effect& e) {
      return e.lock.lock == effect.lock.lock && e.lock.acquires == effect.lock.acquires;
    });
    if (!declared) all.push_back(effect);
  }
  // Releases first.
  std::ranges::sort(all, {}, [](const Effect& e) { return std::pair(e.lock.acquires, e); });
  return all;
}

void Transfer::applyEffect(LocalState& state, const Effect& effect, EventId e) {
  PathId lock = effect.lock.lock;
  if (GuardEntry* guard = state.findGuard(lock)) { // "the lock of the guard passed in"
    if (effect.lock.acquires)
      acquireGuard(state, *guard, e);
    else
      state.releaseGuard(*guard);
    return;
  }
  if (!effect.lock.acquires) {
    if (effect.lock.always) {
      state.release(lock);
    } else {
      if (HeldEntry* held = state.find(lock)) held->must = false;
      state.noteReleased(lock, false);
    }
    return;
  }
  HeldEntry entry;
  entry.lock = lock;
  entry.mode = effect.lock.mode;
  entry.since = e;
  for (const GuardEntry& guard : state.guards)
    if (guard.own == Own::Yes && std::ranges::find(guard.locks, lock) != guard.locks.end())
      entry.guard = guard.guard;
  if (effect.guard) {
    entry.guard = effect.guard;
    GuardEntry guard;
    guard.guard = effect.guard;
    guard.mode = effect.lock.mode;
    guard.own = Own::Yes;
    if (GuardEntry* have = state.findGuard(effect.guard)) {
      LocalState::insertSorted(have->locks, lock);
      have->own = Own::Yes;
    } else {
      guard.locks.push_back(lock);
      LocalState::insertSorted(state.guards, guard);
    }
  }
  state.hold(entry);
}

void Transfer::applyThreads(LocalState& state, const Event& event, const CallSite& site) {
  auto targets = context_.graph.targets(site);
  // A handle lost its last Deref (handlePath), and its copy joins as well as itself.
  auto translateHandle = [&](const Function& callee, PathId handle) {
    if (!handle) return handle;
    PathTable& paths = context_.flows.paths;
    if (handle == returnedGuardPath(paths, callee)) {
      Path result;
      result.root = RootKind::Result;
      result.entity = function_.entity;
      result.site = site.event;
      return PathId(paths.intern(std::move(result)));
    }
    if (PathId here = translatePath(context_.unit, context_.graph, paths, function_, event, callee, handle))
      return here;
    const Path path = paths[handle.value];
    if (path.root != RootKind::Parameter || !path.entity || !path.steps.empty()) return PathId();
    const std::uint32_t index = context_.unit[path.entity].index;
    if (context_.unit[path.entity].parent != callee.entity || index >= event.arguments.size())
      return PathId();
    const Argument& argument = event.arguments[index];
    return argument.kind == ValueKind::Object || argument.kind == ValueKind::Copy ? argument.path : PathId();
  };
  auto apply = [&](FunctionId target, const Function& callee, bool translated) {
    const FlowSummary& summary = context_.flows.summaries[target.value];
    for (const PathId& handle : summary.joins) {
      PathId here = translated ? translateHandle(callee, handle) : handle;
      here = handlePath(context_.flows.paths, canonical(here));
      if (!here) continue;
      const Path& whole = context_.flows.paths[here.value];
      for (LiveEntry& live : state.live)
        if (live.handle && startsWith(context_.flows.paths[live.handle.value], whole)) live.joined = true;
      LocalState::insertSorted(state.joined, here);
    }
    for (LiveEntry entry : summary.live) {
      entry.handle = translated ? translateHandle(callee, entry.handle) : entry.handle;
      entry.handle = handlePath(context_.flows.paths, canonical(entry.handle));
      state.spawn(entry);
    }
    std::ranges::sort(state.live);
  };
  for (FunctionId target : targets)
    apply(target, context_.unit[target], true);
  for (FunctionId target : targets) {
    std::uint64_t invokes = context_.flows.summaries[target.value].invokes;
    for (std::size_t i = 0; invokes && i < event.arguments.size() && i < 64; ++i)
      if ((invokes >> i & 1) && event.arguments[i].kind == ValueKind::Callable)
        if (FunctionId lambda = context_.graph.bodyOf(event.arguments[i].callable))
          apply(lambda, context_.unit[lambda], true);
  }
}

void Transfer::applyCall(EventId e, std::vector<LocalState>& states) {
  const Event& event = function_.events[e.value];
  if (event.flags & kCallNoReturn) {
    states.clear();
    return;
  }
  const CallSite* site = context_.graph.site(id_, e);
  if (site && site->count > 0 && !(event.flags & (kCallVirtual | kCallIndirect)) && event.callee) {
    FunctionId body = context_.graph.bodyOf(event.callee);
    if (body && body != id_ && context_.flows.summaries[body.value].never_returns) {
      states.clear();
      return;
    }
  }
  std::vector<Effect> certain, possible;
  for (Effect& effect : callEffects(event, site)) {
    bool fork = effect.lock.acquires && !effect.lock.always;
    (fork ? possible : certain).push_back(effect);
  }
  // Asserted by annotation.
  if (FunctionId declared = event.callee ? context_.contracts[event.callee.value] : FunctionId())
    for (const Contract& contract : context_.unit[declared].contracts) {
      if (contract.kind != Contract::Kind::Asserts) continue;
      PathId lock = canonical(translatePath(context_.unit, context_.graph, context_.flows.paths, function_,
                                            event, context_.unit[declared], contract.lock));
      if (!lock) continue;
      for (LocalState& state : states) {
        HeldEntry entry;
        entry.lock = lock;
        entry.mode = contract.mode;
        entry.borrowed = true;
        if (HeldEntry* have = state.find(lock))
          have->must = true;
        else
          state.hold(entry);
      }
    }
  for (LocalState& state : states)
    for (const Effect& effect : certain)
      applyEffect(state, effect, e);
  if (!possible.empty())
    fork(states, e, [&](LocalState& state) {
      for (const Effect& effect : possible)
        applyEffect(state, effect, e);
    });
  if (!site) return;

  Path result;
  result.root = RootKind::Result;
  result.entity = function_.entity;
  result.site = e;
  for (FunctionId target : context_.graph.targets(*site)) {
    const FlowSummary& summary = context_.flows.summaries[target.value];
    if (summary.guard) {
      PathId guard_path(context_.flows.paths.intern(result));
      if (std::ranges::find(consumed_results_, guard_path) != consumed_results_.end()) {
        GuardEntry guard;
        guard.guard = guard_path;
        guard.mode = summary.guard->mode;
        for (PathId lock : summary.guard->locks) {
          PathId here = canonical(translatePath(context_.unit, context_.graph, context_.flows.paths,
                                                function_, event, context_.unit[target], lock));
          if (here) LocalState::insertSorted(guard.locks, here);
        }
        auto create = [&](LocalState& state) {
          std::erase_if(state.guards, [&](const GuardEntry& g) { return g.guard == guard_path; });
          LocalState::insertSorted(state.guards, guard);
        };
        for (LocalState& state : states)
          create(state);
        auto take = [&](LocalState& state) { acquireGuard(state, *state.findGuard(guard_path), e); };
        if (summary.guard->always)
          for (LocalState& state : states)
            take(state);
        else
          fork(states, e, take);
      }
    }
    for (LocalState& state : states) {
      if (summary.returns && summary.returns->fresh)
        LocalState::insertSorted(state.fresh, rootOf(summary.returns->path));
      if (summary.escapes & 1) escapeRoot(state, event.receiver);
      for (std::size_t i = 0; i < event.arguments.size() && i < 63; ++i)
        if (summary.escapes >> (i + 1) & 1) escapeRoot(state, event.arguments[i].path);
    }
  }
  for (LocalState& state : states)
    applyThreads(state, event, *site);

  // A callable that is kept may run any time later: what it names is no longer ours alone.
  bool now = event.flags & (kCallInvokesArguments | kCallOnce);
  bool keeps = (event.flags & kCallStoresArguments) || !(event.flags & kCallKnown);
  for (std::size_t i = 0; i < event.arguments.size(); ++i) {
    if (event.arguments[i].kind != ValueKind::Callable || now || !keeps) continue;
    bool invoked = site->count > 0;
    for (FunctionId target : context_.graph.targets(*site))
      invoked &= i < 64 && (context_.flows.summaries[target.value].invokes >> i & 1);
    if (invoked) continue;
    for (LocalState& state : states)
      escapeCallable(state, event.arguments[i].callable);
  }
}

FlowSummary summarise(FlowContext& context, FunctionId f) {
  const Function& function = context.unit[f];
  Flows& flows = context.flows;
  FunctionFlow& flow = flows.flows[f.value];
  FlowSummary summary;

  auto parameterBit = [&](PathId path) -> std::uint64_t {
    if (!path) return 0;
    const Path& whole = flows.paths[path.value];
    if (whole.root != RootKind::Parameter || !whole.entity ||
        context.unit[whole.entity].parent != function.entity)
      return 0;
    std::uint32_t index = context.unit[whole.entity].index;
    return index < 63 ? std::uint64_t{1} << index : 0;
  };

  bool first_return = true, conflicting = false, locks_here = false, unknown_object = false;
  auto sites = context.graph.sites(f);
  std::size_t next_site = 0;
  for (std::size_t e = 0; e < function.events.size(); ++e) {
    const Event& event = function.events[e];
    switch (event.kind) {
    case EventKind::Acquire:
    case EventKind::GuardAcquire: locks_here = true; break;
    case EventKind::GuardCreate: locks_here |= event.guard_how == GuardHow::Acquire; break;
    case EventKind::Throw:
      summary.facts.certainly_throws |= flow.stateIndex(EventId(e)) != FunctionFlow::kUnreachable;
      break;
    case EventKind::Return: {
      if (flow.stateIndex(EventId(e)) == FunctionFlow::kUnreachable) break;
      if (!event.value || (event.value_kind != ValueKind::Object && event.value_kind != ValueKind::Value)) {
        // `return nullptr` and numbers say nothing against the other returns.
        if (event.value_kind == ValueKind::Copy) conflicting = true;
        break;
      }
      ReturnAlias alias;
      alias.path = canonicalPath(context.unit, context.graph, flows, f, event.value);
      alias.kind = event.value_kind;
      const Path& path = flows.paths[alias.path.value];
      if (path.root == RootKind::Alloc) {
        const LocalState& state = flows.state(f, flow.stateIndex(EventId(e)));
        alias.fresh = std::ranges::any_of(
            state.fresh, [&](PathId root) { return sameRoot(flows.paths[root.value], path); });
      }
      // `return custom ? custom(n) : calloc(1, n);`: what a pointer returns beside a fresh object is an allocator's too.
      if (path.root == RootKind::Result && path.entity == function.entity && path.site &&
          (function.events[path.site.value].flags & kCallIndirect)) {
        unknown_object = true;
        break;
      }
      if (!namable(context, function, alias.path)) conflicting = true;
      if (!first_return && summary.returns && *summary.returns != alias) conflicting = true;
      summary.returns = alias;
      first_return = false;
      break;
    }
    case EventKind::Call: {
      if ((event.flags & kCallIndirect) && event.path) summary.invokes |= parameterBit(event.path);
      while (next_site < sites.size() && sites[next_site].event < EventId(e))
        ++next_site;
      const CallSite* site =
          next_site < sites.size() && sites[next_site].event == EventId(e) ? &sites[next_site] : nullptr;
      bool now = event.flags & (kCallInvokesArguments | kCallOnce);
      for (std::size_t i = 0; i < event.arguments.size(); ++i) {
        std::uint64_t bit = parameterBit(event.arguments[i].path);
        if (!bit) continue;
        if (now) summary.invokes |= bit;
        if (site && i < 64)
          for (FunctionId target : context.graph.targets(*site))
            if (flows.summaries[target.value].invokes >> i & 1) summary.invokes |= bit;
      }
      if (site)
        for (FunctionId target : context.graph.targets(*site)) {
          const Summary& callee = flows.summaries[target.value].facts;
          summary.facts.acquires_any |= callee.acquires_any;
          if ((event.flags & kCallMayThrow) && !function.is_noexcept)
            summary.facts.certainly_throws |= callee.certainly_throws;
        }
      break;
    }
    default: break;
    }
  }
  if (conflicting || (unknown_object && summary.returns && !summary.returns->fresh)) summary.returns.reset();
  for (const Contract& contract : function.contracts)
    if (contract.kind == Contract::Kind::ReturnsLock && contract.lock && !summary.returns)
      summary.returns = ReturnAlias{contract.lock, ValueKind::Object, false};
  summary.facts.acquires_any |= locks_here;
  for (const Block& block : function.blocks)
    summary.facts.compares_identity |= block.condition.compares_identity;
  for (const Event& event : function.events)
    if (event.kind == EventKind::Call && event.label)
      summary.facts.compares_identity |= context.unit.text(event.label) == model::kOrdersLocks;
  if (function.is_constructor)
    for (const StoredAlias& alias : flow.stored)
      if (namable(context, function, alias.target) && namable(context, function, alias.value) &&
          flows.paths[alias.target.value].root == RootKind::This)
        summary.stores.push_back(alias);

  PathId returned_guard = returnedGuardPath(flows.paths, function);
  bool any = false;
  LocalState out;
  for (const ExitRecord& exit : flow.exits) {
    if (exit.by_throw) continue;
    if (any)
      joinInto(out, flow.states[exit.state]);
    else
      out = flow.states[exit.state];
    any = true;
  }
  auto ownGuard = [&](PathId guard) { return guard && !namable(context, function, guard); };
  if (any) {
    for (const ReleasedEntry& released : out.released) {
      if (!namable(context, function, released.lock)) continue;
      Effect effect;
      effect.lock = {released.lock, Mode::Exclusive, false, released.must};
      summary.effects.push_back(effect);
    }
    for (const HeldEntry& held : out.held) {
      if (held.borrowed && !held.since) continue;
      if (held.guard == returned_guard) {
        if (!summary.guard) summary.guard = ReturnedGuard{{}, held.mode, true};
        summary.guard->always &= held.must;
        if (namable(context, function, held.lock)) summary.guard->locks.push_back(held.lock);
        continue;
      }
      if (held.borrowed || ownGuard(held.guard) || !namable(context, function, held.lock)) continue;
      Effect effect;
      effect.lock = {held.lock, held.mode, true, held.must};
      if (held.guard) effect.guard = held.guard;
      summary.effects.push_back(effect);
    }
    summary.live = out.live;
    for (LiveEntry& entry : summary.live)
      if (entry.handle && entry.handle != returned_guard && !namable(context, function, entry.handle))
        entry.handle = {};
    std::ranges::sort(summary.live);
    summary.live.erase(std::unique(summary.live.begin(), summary.live.end()), summary.live.end());
    for (PathId handle : out.joined)
      if (namable(context, function, handle)) summary.joins.push_back(handle);
    for (PathId root : out.escaped) {
      if (flows.paths[root.value].root == RootKind::This)
        summary.escapes |= 1;
      else if (flows.paths[root.value].root == RootKind::Parameter)
        summary.escapes |= parameterBit(root) << 1;
    }
  }
  std::ranges::sort(summary.effects);
  summary.effects.erase(std::unique(summary.effects.begin(), summary.effects.end()), summary.effects.end());
  for (const Effect& effect : summary.effects)
    summary.facts.effects.push_back(effect.lock);
  std::ranges::sort(summary.facts.effects);
  addSections(context, f, summary.facts);
  summary.plain = summary.effects.empty() && !summary.guard && summary.live.empty() &&
                  summary.joins.empty() && summary.escapes == 0 && summary.stores.empty() &&
                  !(summary.returns && summary.returns->fresh);
  return summary;
}

} // namespace racecourse::analysis
