// What each kind of event does to a state. The order within a call matters: a callee's releases come before its
// acquisitions, so that a helper which gives a lock back and takes it again begins a new critical section.
#include "checker/analysis/flow_transfer.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

PathId returnedGuardPath(PathTable& paths, const Function& function) {
  Path path;
  path.root = RootKind::Result;
  path.entity = function.entity;
  return PathId(paths.intern(std::move(path)));
}

const std::vector<PathId>& mentionedRoots(FlowContext& context, FunctionId lambda) {
  auto [it, inserted] = context.mentions.try_emplace(lambda.value);
  if (!inserted) return it->second;
  std::vector<PathId> roots;
  const Function& function = context.unit[lambda];
  auto note = [&](PathId id) {
    if (!id) return;
    const Path& path = context.flows.paths[id.value];
    bool outside = (path.root == RootKind::This && path.entity != function.entity) ||
                   path.root == RootKind::Alloc ||
                   ((path.root == RootKind::Parameter || path.root == RootKind::Local) && path.entity &&
                    context.unit[path.entity].parent != function.entity);
    if (!outside) return;
    Path root = path;
    root.steps.clear();
    root.widened = false;
    LocalState::insertSorted(roots, PathId(context.flows.paths.intern(std::move(root))));
  };
  for (const Event& event : function.events) {
    note(event.path);
    note(event.value);
    note(event.receiver);
    for (PathId lock : event.locks)
      note(lock);
    for (const Argument& argument : event.arguments) {
      note(argument.path);
      if (argument.kind != ValueKind::Callable) continue;
      if (FunctionId inner = context.graph.bodyOf(argument.callable); inner && inner != lambda)
        for (PathId root : std::vector(mentionedRoots(context, inner)))
          note(root);
    }
    if (event.kind == EventKind::Spawn)
      if (FunctionId inner = context.graph.bodyOf(event.callee);
          inner && context.unit[inner].is_lambda && inner != lambda)
        for (PathId root : std::vector(mentionedRoots(context, inner)))
          note(root);
  }
  return context.mentions[lambda.value] = std::move(roots);
}

Transfer::Transfer(FlowContext& context, FunctionId f)
    : context_(context), id_(f), function_(context.unit[f]),
      returned_guard_(returnedGuardPath(context.flows.paths, function_)) {
  scan();
}

/// `return handle;`: what a function gives away last, on each way out.
void Transfer::findReturnedHandles() {
  for (const Block& block : function_.blocks) {
    if (!block.successors.empty()) continue;
    for (std::size_t i = block.events.size(); i-- > 0;) {
      const Event& event = function_.events[block.events[i].value];
      if (event.kind == EventKind::HandleMove && event.value && !event.path)
        returned_handles_.push_back(block.events[i]);
      if (event.kind != EventKind::End && event.kind != EventKind::Return &&
          event.kind != EventKind::GuardDestroy)
        break;
    }
  }
}

/// One linear look: which events change anything, which stored references are made, which results are guards.
void Transfer::scan() {
  findReturnedHandles();
  FunctionFlow& flow = context_.flows.flows[id_.value];
  flow.stored.clear();
  for (const Contract& contract : function_.contracts)
    if (contract.kind == Contract::Kind::Requires || contract.kind == Contract::Kind::Releases)
      needs_fixpoint_ = true;
  const CallSite* site = context_.graph.sites(id_).data();
  const CallSite* end = site + context_.graph.sites(id_).size();
  for (std::size_t e = 0; e < function_.events.size(); ++e) {
    const Event& event = function_.events[e];
    bool change = false;
    while (site != end && site->event < EventId(e))
      ++site;
    const CallSite* here = site != end && site->event == EventId(e) ? site : nullptr;
    switch (event.kind) {
    case EventKind::Access:
      if (event.access != AccessKind::Read && event.value && event.path &&
          (event.value_kind == ValueKind::Object || event.value_kind == ValueKind::Value) &&
          (function_.is_constructor || event.initialises)) {
        const Path& target = context_.flows.paths[event.path.value];
        if (target.root == RootKind::This && target.steps.size() == 1 &&
            target.steps[0].kind == StepKind::Field) {
          const Entity& field = context_.unit[target.steps[0].field];
          if (field.is_reference) {
            flow.stored.push_back({event.path, event.value});
          } else if (field.is_pointer) {
            Step deref{StepKind::Deref, {}, -1};
            PathId pointee(context_.flows.paths.intern(extend(context_.unit, target, {&deref, 1})));
            PathId value = event.value;
            if (event.value_kind == ValueKind::Value)
              value = PathId(context_.flows.paths.intern(
                  extend(context_.unit, context_.flows.paths[value.value], {&deref, 1})));
            flow.stored.push_back({pointee, value});
          }
        }
      }
      break;
    case EventKind::GuardCreate:
    case EventKind::GuardMove:
      if (event.value && context_.flows.paths[event.value.value].root == RootKind::Result)
        LocalState::insertSorted(consumed_results_, event.value);
      change = true;
      break;
    case EventKind::GuardDestroy:
      if (event.path && context_.flows.paths[event.path.value].root == RootKind::Result)
        LocalState::insertSorted(consumed_results_, event.path);
      change = true;
      break;
    case EventKind::Acquire:
    case EventKind::Release:
    case EventKind::AssertHeld:
    case EventKind::GuardAcquire:
    case EventKind::GuardRelease:
    case EventKind::GuardDisown:
    case EventKind::Wait:
    case EventKind::Spawn:
    case EventKind::Join:
    case EventKind::Detach:
    case EventKind::HandleMove:
    case EventKind::Fresh: change = true; break;
    case EventKind::Escape: {
      if (!event.path || event.escape == EscapeHow::Passed || event.escape == EscapeHow::Returned ||
          event.escape == EscapeHow::Captured)
        break;
      RootKind root = context_.flows.paths[event.path.value].root;
      change = root == RootKind::This || root == RootKind::Parameter || root == RootKind::Alloc ||
               root == RootKind::Local;
      break;
    }
    case EventKind::Call: {
      change = (event.flags & kCallNoReturn) != 0;
      if (event.callee && context_.contracts[event.callee.value]) change = true;
      if (here)
        for (FunctionId target : context_.graph.targets(*here)) {
          const FlowSummary& summary = context_.flows.summaries[target.value];
          change |= !summary.plain || summary.never_returns;
          for (const StoredAlias& alias : summary.stores) {
            PathId from = translatePath(context_.unit, context_.graph, context_.flows.paths, function_, event,
                                        context_.unit[target], alias.target);
            PathId to = translatePath(context_.unit, context_.graph, context_.flows.paths, function_, event,
                                      context_.unit[target], alias.value);
            if (from && to && from != to) flow.stored.push_back({from, to});
          }
        }
      for (const Argument& argument : event.arguments)
        change |= argument.kind == ValueKind::Callable;
      break;
    }
    case EventKind::Return: change = event.value.valid(); break;
    case EventKind::SetFlag: change = true; break;
    case EventKind::Notify:
    case EventKind::Throw:
    case EventKind::End:
    case EventKind::Probe: break;
    }
    if (change) {
      if (changes_.empty()) changes_.assign(function_.events.size(), false);
      changes_[e] = true;
      needs_fixpoint_ |= event.kind != EventKind::Return && event.kind != EventKind::SetFlag;
    }
  }
  // Two different values for one reference: it says nothing.
  auto& stored = flow.stored;
  std::ranges::sort(stored);
  stored.erase(std::unique(stored.begin(), stored.end()), stored.end());
  for (std::size_t i = 0; i < stored.size();) {
    std::size_t j = i + 1;
    while (j < stored.size() && stored[j].target == stored[i].target)
      ++j;
    if (j - i > 1)
      stored.erase(stored.begin() + static_cast<std::ptrdiff_t>(i),
                   stored.begin() + static_cast<std::ptrdiff_t>(j));
    else
      i = j;
  }
}

bool Transfer::changes(EventId e) const {
  return !changes_.empty() && changes_[e.value];
}

LocalState Transfer::entryState() {
  LocalState state;
  for (const Contract& contract : function_.contracts) {
    if ((contract.kind != Contract::Kind::Requires && contract.kind != Contract::Kind::Releases) ||
        !contract.lock)
      continue;
    HeldEntry entry;
    entry.lock = canonical(contract.lock);
    entry.mode = contract.mode;
    entry.borrowed = true;
    state.hold(entry);
  }
  return state;
}

PathId Transfer::canonical(PathId path) {
  if (!path) return path;
  const FunctionFlow& flow = context_.flows.flows[id_.value];
  if (flow.stored.empty() && context_.flows.paths[path.value].root != RootKind::Result) return path;
  auto [it, inserted] = canonical_.try_emplace(path.value);
  if (inserted) it->second = canonicalPath(context_.unit, context_.graph, context_.flows, id_, path);
  return it->second;
}

std::vector<PathId> Transfer::lockPaths(const Event& event) {
  std::vector<PathId> locks;
  for (PathId lock : event.locks)
    if (lock) locks.push_back(canonical(lock));
  return locks;
}

PathId Transfer::rootOf(PathId path) {
  const Path& whole = context_.flows.paths[path.value];
  if (whole.steps.empty() && !whole.widened) return path;
  Path root = whole;
  root.steps.clear();
  root.widened = false;
  return PathId(context_.flows.paths.intern(std::move(root)));
}

void Transfer::escapeRoot(LocalState& state, PathId path) {
  if (!path) return;
  path = canonical(path);
  RootKind kind = context_.flows.paths[path.value].root;
  if (kind == RootKind::Alloc) LocalState::eraseSorted(state.fresh, rootOf(path));
  if (kind == RootKind::This || kind == RootKind::Parameter || kind == RootKind::Local)
    LocalState::insertSorted(state.escaped, rootOf(path));
}

void Transfer::escapeCallable(LocalState& state, EntityId callable) {
  FunctionId body = context_.graph.bodyOf(callable);
  if (!body || !context_.unit[body].is_lambda) return;
  for (PathId root : mentionedRoots(context_, body))
    escapeRoot(state, root);
}

void Transfer::acquireGuard(LocalState& state, GuardEntry& guard, EventId e) {
  HeldEntry entry;
  entry.mode = guard.mode;
  entry.guard = guard.guard;
  entry.since = e;
  for (PathId lock : guard.locks) {
    entry.lock = lock;
    state.hold(entry);
  }
  guard.own = Own::Yes;
}

void Transfer::fork(std::vector<LocalState>& states, EventId e,
                    const std::function<void(LocalState&)>& succeed) {
  std::vector<LocalState> result;
  for (LocalState& state : states) {
    LocalState success = state;
    success.setFlag(kEventKey | e.value, true);
    succeed(success);
    state.setFlag(kEventKey | e.value, false);
    addDisjunct(result, success, context_.max_disjuncts);
    addDisjunct(result, state, context_.max_disjuncts);
  }
  states = std::move(result);
}

void Transfer::joinHandle(LocalState& state, const Event& event) {
  if (!event.path) return;
  PathId handle = canonical(event.path);
  const Path& path = context_.flows.paths[handle.value];
  bool weak =
      std::ranges::any_of(path.steps, [](const Step& s) { return s.kind == StepKind::Index && s.index < 0; });
  if (weak && !event.all_elements) return; // some element, nobody knows which
  handle = handlePath(context_.flows.paths, handle);
  if (event.flavour ==
      Flavour::Try) { // on one of two ways, by chance: where they meet, the thread may still run
    std::erase_if(state.live, [&](const LiveEntry& entry) { return entry.handle && entry.handle == handle; });
    return;
  }
  const Path& whole = context_.flows.paths[handle.value];
  for (LiveEntry& entry : state.live)
    if (entry.handle && (entry.handle == handle ||
                         (event.all_elements && startsWith(context_.flows.paths[entry.handle.value], whole))))
      entry.joined = true;
  std::ranges::sort(state.live);
  LocalState::insertSorted(state.joined, handle);
}

void Transfer::apply(EventId e, std::vector<LocalState>& states) {
  if (!changes(e)) return;
  const Event& event = function_.events[e.value];
  PathTable& paths = context_.flows.paths;
  auto each = [&](auto&& act) {
    for (LocalState& state : states)
      act(state);
  };
  switch (event.kind) {
  case EventKind::Acquire:
  case EventKind::AssertHeld: {
    std::vector<PathId> locks = lockPaths(event);
    HeldEntry entry;
    entry.mode = event.mode;
    entry.since = e;
    auto take = [&](LocalState& state) {
      for (PathId lock : locks) {
        entry.lock = lock;
        state.hold(entry);
      }
    };
    if (event.kind == EventKind::AssertHeld) {
      entry.borrowed = true;
      entry.since = {};
      each([&](LocalState& state) {
        for (PathId lock : locks) {
          entry.lock = lock;
          HeldEntry* have = state.find(lock);
          if (!have)
            state.hold(entry);
          else
            have->must = true;
        }
      });
    } else if (event.flavour == Flavour::Blocking) {
      each(take);
    } else {
      fork(states, e, take);
    }
    break;
  }
  case EventKind::Release: {
    std::vector<PathId> locks = lockPaths(event);
    each([&](LocalState& state) {
      for (PathId lock : locks)
        state.release(lock);
    });
    break;
  }
  case EventKind::GuardCreate: {
    PathId guard = event.path;
    if (!guard) break;
    if (event.locks.empty() && event.value) {
      // `auto g = lockIt();` spelled as a creation from a result
      each([&](LocalState& state) {
        GuardEntry* source = state.findGuard(event.value);
        if (!source) return;
        GuardEntry moved = *source;
        moved.guard = guard;
        source->own = Own::No;
        for (HeldEntry& held : state.held)
          if (held.guard == event.value) held.guard = guard;
        std::erase_if(state.guards, [&](const GuardEntry& g) { return g.guard == guard; });
        LocalState::insertSorted(state.guards, moved);
      });
      break;
    }
    GuardEntry entry;
    entry.guard = guard;
    entry.mode = event.mode;
    entry.locks = lockPaths(event);
    std::ranges::sort(entry.locks);
    each([&](LocalState& state) {
      if (GuardEntry* old = state.findGuard(guard)) {
        state.releaseGuard(*old);
        std::erase_if(state.guards, [&](const GuardEntry& g) { return g.guard == guard; });
      }
      LocalState::insertSorted(state.guards, entry);
    });
    if (event.guard_how == GuardHow::Defer) break;
    if (event.guard_how == GuardHow::Adopt) {
      each([&](LocalState& state) {
        GuardEntry* mine = state.findGuard(guard);
        mine->own = Own::Yes;
        for (PathId lock : mine->locks) {
          if (HeldEntry* held = state.find(lock)) {
            held->guard = guard;
            continue;
          }
          HeldEntry borrowed; // the caller took it and left it to us
          borrowed.lock = lock;
          borrowed.mode = event.mode;
          borrowed.guard = guard;
          borrowed.borrowed = true;
          state.hold(borrowed);
        }
      });
      break;
    }
    auto take = [&](LocalState& state) { acquireGuard(state, *state.findGuard(guard), e); };
    if (event.flavour == Flavour::Blocking)
      each(take);
    else
      fork(states, e, take);
    break;
  }
  case EventKind::GuardAcquire: {
    auto take = [&](LocalState& state) {
      if (GuardEntry* guard = state.findGuard(event.path)) {
        acquireGuard(state, *guard, e);
      } else if (event.path) {
        HeldEntry entry; // a guard of the caller's: stands for its lock
        entry.lock = event.path;
        entry.guard = event.path;
        entry.mode = event.mode;
        entry.since = e;
        state.hold(entry);
      }
    };
    if (event.flavour == Flavour::Blocking || (event.flags & kGuardGroup))
      each(take);
    else
      fork(states, e, take);
    break;
  }
  case EventKind::GuardRelease:
    each([&](LocalState& state) {
      if (GuardEntry* guard = state.findGuard(event.path))
        state.releaseGuard(*guard);
      else if (event.path)
        state.release(event.path);
    });
    break;
  case EventKind::GuardDestroy:
    each([&](LocalState& state) {
      if (!event.path) return;
      if (GuardEntry* guard = state.findGuard(event.path)) {
        state.releaseGuard(*guard);
        std::erase_if(state.guards, [&](const GuardEntry& g) { return g.guard == event.path; });
        return;
      }
      PathId handle = handlePath(paths, canonical(event.path));
      bool is_handle = false;
      for (LiveEntry& entry : state.live) {
        if (entry.handle != handle) continue;
        is_handle = true;
        const SpawnSite& site = context_.flows.spawn_sites[entry.site];
        if (context_.unit[site.function].events[site.event.value].flags & kSpawnJoinsAtEnd)
          entry.joined = true;
      }
      const Path& path = paths[event.path.value];
      if (!is_handle && path.root == RootKind::This && !path.steps.empty() &&
          path.steps.back().kind == StepKind::Field &&
          context_.unit[path.steps.back().field].type_class == TypeClass::Guard)
        state.noteReleased(event.path, true); // a guard member dies with its object
    });
    break;
  case EventKind::GuardDisown:
    each([&](LocalState& state) {
      GuardEntry* guard = state.findGuard(event.path);
      if (!guard) return;
      for (PathId lock : guard->locks)
        if (HeldEntry* held = state.find(lock)) held->guard = {};
      guard->own = Own::No;
      guard->locks.clear();
    });
    break;
  case EventKind::GuardMove:
    each([&](LocalState& state) {
      if (!event.path || !event.value) return;
      PathId from_handle = handlePath(paths, canonical(event.value));
      PathId to_handle = handlePath(paths, canonical(event.path));
      bool moved_handle = false;
      for (LiveEntry& entry : state.live)
        if (entry.handle == from_handle) {
          entry.handle = to_handle;
          moved_handle = true;
        }
      if (moved_handle) {
        std::ranges::sort(state.live);
        state.live.erase(std::unique(state.live.begin(), state.live.end()), state.live.end());
        return;
      }
      GuardEntry* source = state.findGuard(event.value);
      if (!source) return;
      GuardEntry moved = *source;
      moved.guard = event.path;
      source->own = Own::No;
      source->locks.clear();
      if (GuardEntry* target = state.findGuard(event.path)) {
        state.releaseGuard(*target);
        std::erase_if(state.guards, [&](const GuardEntry& g) { return g.guard == event.path; });
      }
      for (HeldEntry& held : state.held)
        if (held.guard == event.value) held.guard = event.path;
      LocalState::insertSorted(state.guards, moved);
    });
    break;
  case EventKind::Wait:
    each([&](LocalState& state) {
      std::vector<PathId> locks = lockPaths(event);
      if (GuardEntry* guard = event.value ? state.findGuard(event.value) : nullptr; guard && locks.empty())
        locks = guard->locks;
      for (PathId lock : locks) {
        if (HeldEntry* held = state.find(lock)) {
          held->since = e;
          held->must = true;
          continue;
        }
        HeldEntry again; // the caller's; held again after the wait
        again.lock = lock;
        again.mode = event.mode;
        again.since = e;
        again.borrowed = true;
        state.hold(again);
      }
    });
    break;
  case EventKind::Spawn: {
    LiveEntry entry;
    entry.site = context_.flows.spawnSite(id_, e);
    if (!(event.flags & kSpawnDetached) && event.path)
      entry.handle = handlePath(paths, canonical(event.path));
    each([&](LocalState& state) {
      escapeRoot(state, event.receiver);
      for (const Argument& argument : event.arguments) {
        if (argument.kind == ValueKind::Callable)
          escapeCallable(state, argument.callable);
        else
          escapeRoot(state, argument.path);
      }
      escapeCallable(state, event.callee);
      state.spawn(entry);
    });
    break;
  }
  case EventKind::Join: each([&](LocalState& state) { joinHandle(state, event); }); break;
  case EventKind::Detach:
    each([&](LocalState& state) {
      if (!event.path) return;
      PathId handle = handlePath(paths, canonical(event.path));
      for (LiveEntry& entry : state.live)
        if (entry.handle == handle && !entry.joined) entry.handle = {};
      std::ranges::sort(state.live);
      state.live.erase(std::unique(state.live.begin(), state.live.end()), state.live.end());
    });
    break;
  case EventKind::HandleMove:
    each([&](LocalState& state) {
      if (!event.value) return;
      const PathId from = handlePath(paths, canonical(event.value));
      const bool returned = std::ranges::find(returned_handles_, e) != returned_handles_.end();
      const PathId to = event.path ? handlePath(paths, canonical(event.path))
                        : returned ? returned_guard_
                                   : PathId();
      for (LiveEntry& entry : state.live)
        if (entry.handle && entry.handle == from && !entry.joined) entry.handle = to;
      std::ranges::sort(state.live);
      state.live.erase(std::unique(state.live.begin(), state.live.end()), state.live.end());
    });
    break;
  case EventKind::Fresh:
    if (event.path)
      each([&](LocalState& state) { LocalState::insertSorted(state.fresh, rootOf(event.path)); });
    break;
  case EventKind::Escape: each([&](LocalState& state) { escapeRoot(state, event.path); }); break;
  case EventKind::Return:
    each([&](LocalState& state) {
      GuardEntry* source = event.value ? state.findGuard(event.value) : nullptr;
      if (!source) return;
      GuardEntry moved = *source;
      moved.guard = returned_guard_;
      source->own = Own::No;
      source->locks.clear();
      for (HeldEntry& held : state.held)
        if (held.guard == event.value) held.guard = returned_guard_;
      LocalState::insertSorted(state.guards, moved);
    });
    break;
  case EventKind::Call: applyCall(e, states); break;
  case EventKind::SetFlag:
    each([&](LocalState& state) {
      if (!event.path) return;
      if (event.flags & kFlagKnown)
        state.setFlag(kVariableKey | event.path.value, (event.flags & kFlagTrue) != 0);
      else
        state.clearFlag(kVariableKey | event.path.value);
    });
    break;
  case EventKind::Access:
  case EventKind::Notify:
  case EventKind::Throw:
  case EventKind::End:
  case EventKind::Probe: break;
  }
}

bool Transfer::refine(const Condition& condition, bool successor_true, LocalState& state) {
  bool truth = successor_true != condition.negated;
  auto decide = [&](std::uint64_t key) {
    if (const bool* known = state.flag(key)) return *known == truth;
    return true;
  };
  switch (condition.kind) {
  case ConditionKind::Locked: {
    if (!decide(kEventKey | condition.event.value)) return false;
    // A blocking acquisition that reports failure (pthread_mutex_lock) holds nothing on that path.
    const Event& tested = function_.events[condition.event.value];
    if (!truth && tested.kind == EventKind::Acquire && tested.flavour == Flavour::Blocking)
      std::erase_if(state.held, [&](const HeldEntry& h) { return h.since == condition.event; });
    // Nor does a thread run that could not be started.
    if (!truth && tested.kind == EventKind::Spawn) {
      const std::uint32_t site = context_.flows.spawnSite(id_, condition.event);
      std::erase_if(state.live, [&](const LiveEntry& entry) { return entry.site == site; });
    }
    return true;
  }
  case ConditionKind::Owns: {
    GuardEntry* guard = state.findGuard(condition.path);
    if (!guard) return true;
    if (guard->own == Own::Yes) return truth;
    if (guard->own == Own::No) return !truth;
    for (PathId lock : guard->locks) {
      if (!truth) {
        std::erase_if(state.held, [&](const HeldEntry& h) { return h.lock == lock && !h.must; });
      } else if (HeldEntry* held = state.find(lock)) {
        held->must = true;
      }
    }
    guard->own = truth ? Own::Yes : Own::No;
    return true;
  }
  case ConditionKind::Child:
  case ConditionKind::Flag:
  case ConditionKind::None: break;
  }
  // `if (tryEnter())` where tryEnter is a wrapper found by its summary.
  if (condition.reads.size() == 1 && !decide(kEventKey | condition.reads[0].value)) return false;
  if (condition.kind == ConditionKind::Flag) {
    std::uint64_t key =
        condition.path ? kVariableKey | condition.path.value : condition.key & ~(kEventKey | kVariableKey);
    if (!decide(key)) return false;
    state.setFlag(key, truth);
  }
  return true;
}

} // namespace racecourse::analysis
