// Questions about two points. Places compare by what is proved: equal names of one run are the same object, distinct
// variables are distinct objects, and whatever was reached through a pointer may be any object of its class. Locks are
// compared under the assumption that the two accessed objects are one: then `this->mu` held at both ends is one lock.
#include "checker/analysis/flow_shape.h"
#include "checker/analysis/inside.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

namespace {

bool concreteRoot(const Path& path) {
  return !path.widened &&
         (path.root == RootKind::Global || path.root == RootKind::Local || path.root == RootKind::Alloc);
}

bool hop(const Unit& unit, const Step& step) {
  return step.kind == StepKind::Deref || (step.kind == StepKind::Field && unit[step.field].is_reference);
}

EntityId lastField(const Path& path) {
  for (std::size_t i = path.steps.size(); i-- > 0;)
    if (path.steps[i].kind == StepKind::Field) return path.steps[i].field;
  return {};
}

/// Steps from the last field on: what tells elements and pointees of one member apart.
std::span<const Step> tail(const Path& path) {
  for (std::size_t i = path.steps.size(); i-- > 0;)
    if (path.steps[i].kind == StepKind::Field) return std::span(path.steps).subspan(i);
  return path.steps;
}

} // namespace

FunctionId Facts::Data::home(const Path& place) const {
  if (place.root == RootKind::Local && place.entity) return graph.bodyOf(unit[place.entity].parent);
  if (place.root == RootKind::Alloc) return graph.bodyOf(place.entity);
  return {};
}

Same Facts::Data::samePlace(PlaceId a, PlaceId b, bool meet) const {
  const Path& x = contexts.places[a.value];
  const Path& y = contexts.places[b.value];
  if (concreteRoot(x) && concreteRoot(y) && sameRoot(x, y)) {
    // Walk down together.
    std::size_t i = 0;
    bool weak = false;
    for (; i < x.steps.size() && i < y.steps.size(); ++i) {
      const Step &s = x.steps[i], &t = y.steps[i];
      if (s == t) {
        weak |= s.kind == StepKind::Index && s.index < 0 && !(meet && s.index == kSameElements);
        continue;
      }
      if (s.kind == StepKind::Index && t.kind == StepKind::Index) {
        if (s.index >= 0 && t.index >= 0) break;
        weak |= !meet || s.index == kAnyElement || t.index == kAnyElement;
        continue;
      }
      break;
    }
    bool x_done = i == x.steps.size(), y_done = i == y.steps.size();
    if (x_done && y_done) return weak ? Same::Maybe : Same::Same;
    auto hops = [&](const Path& p) {
      return std::any_of(p.steps.begin() + static_cast<std::ptrdiff_t>(i), p.steps.end(),
                         [&](const Step& s) { return hop(unit, s); });
    };
    if (!hops(x) && !hops(y)) {
      if (!x_done && !y_done) return Same::No; // two parts of one object
      return weak ? Same::Maybe : Same::Same;  // the whole and a part of it
    }
    // A pointer and its pointee are two objects; otherwise the pointers decide.
    if (x_done || y_done) return Same::No;
  } else if (concreteRoot(x) && concreteRoot(y)) {
    auto free = [&](const Path& p) {
      return std::ranges::none_of(p.steps, [&](const Step& s) { return hop(unit, s); });
    };
    if (free(x) && free(y)) return Same::No;
    auto hidden = [&](const Path& p) { // a local nobody has the address of
      return p.root == RootKind::Local && free(p) && !escaped_locals.contains(p.entity.value);
    };
    if (hidden(x) || hidden(y)) return Same::No;
  } else {
    auto hidden = [&](const Path& p) {
      return p.root == RootKind::Local && !p.widened &&
             std::ranges::none_of(p.steps, [&](const Step& s) { return hop(unit, s); }) &&
             !escaped_locals.contains(p.entity.value);
    };
    if (hidden(x) || hidden(y)) return Same::No;
  }
  EntityId field = lastField(x);
  if (!field || field != lastField(y)) {
    // No member to tell by: only the very same name counts.
    return !field && !lastField(y) && a == b ? Same::Maybe : Same::No;
  }
  std::span<const Step> s = tail(x), t = tail(y);
  for (std::size_t i = 0; i < s.size() && i < t.size(); ++i) {
    if (s[i] == t[i]) continue;
    if (s[i].kind == StepKind::Index && t[i].kind == StepKind::Index && (s[i].index < 0 || t[i].index < 0))
      continue;
    return Same::No;
  }
  // A member pointer is not its pointee.
  auto rest = s.size() > t.size() ? s.subspan(t.size()) : t.subspan(s.size());
  if (std::ranges::any_of(rest, [](const Step& step) { return step.kind == StepKind::Deref; }))
    return Same::No;
  return Same::Maybe;
}

/// The object is made anew in every run of a function that both threads run themselves: two runs, two objects.
bool Facts::Data::ownRunsOnly(ContextId a, ContextId b, const Path& place) const {
  FunctionId maker = home(place);
  if (!maker) return false;
  ThreadId s = contexts.all[a.value].facts.thread, t = contexts.all[b.value].facts.thread;
  if (s == t && !contexts.threads[s.value].many) return false; // one run
  return contexts.find(maker, s) && contexts.find(maker, t);
}

/// Two rules. The thread's handle lies in the object that the thread works on (`pthread_create(&w->id, …, w)`): as one handle
/// is one thread, so one object. Not in a container or an array of handles, nor in a plain variable, which a loop uses
/// again. Or the object is made anew between any two runs of the Spawn.
const std::vector<PlaceId>& Facts::Data::ownOfEach(ThreadId thread) {
  auto [entry, is_new] = own_of_each.try_emplace(thread);
  std::vector<PlaceId>& own = entry->second;
  if (!is_new || contexts.threads[thread.value].kind != ThreadRoot::Kind::Spawned) return own;
  auto holdsHandle = [&](const Path& object, const Path& handle) {
    if (handle.widened || !startsWith(handle, object) || handle.steps.size() <= object.steps.size())
      return false;
    bool fixed =
        (object.root == RootKind::Local || object.root == RootKind::Global) &&
        std::ranges::none_of(object.steps, [&](const Step& step) { return step.kind != StepKind::Field; });
    if (fixed) return false;
    auto rest = std::span(handle.steps).subspan(object.steps.size());
    if (std::ranges::any_of(rest, [](const Step& step) { return step.kind != StepKind::Field; }))
      return false;
    const Entity& field = unit[rest.back().field];
    return field.type_class == TypeClass::Handle && !field.is_container;
  };
  bool first = true;
  for (const ContextEdge& edge : contexts.edges) {
    if (!edge.spawn || contexts.all[edge.callee.value].facts.thread != thread) continue;
    const FunctionId f = contexts.all[edge.caller.value].facts.function;
    const Function& function = unit[f];
    const Event& spawn = function.events[edge.event.value];
    auto canonical = [&](PathId id) { return flows.paths[canonicalPath(unit, graph, flows, f, id).value]; };
    const std::optional<Path> handle = spawn.path ? std::optional(canonical(spawn.path)) : std::nullopt;
    auto madeForIt = [&](PathId id) {
      const Path& written = flows.paths[id.value];
      const bool here = (written.root == RootKind::Alloc || written.root == RootKind::Result) &&
                        written.entity == function.entity && written.site && written.steps.empty();
      if (!here || canonical(id).root != RootKind::Alloc) return false;
      // An allocation's event may stand where its result is first used, so the loop around it counts, too.
      if (spawn.in_loop && !function.events[written.site.value].in_loop) return false;
      return !FlowShape(function).followsWithout(edge.event, edge.event, {written.site});
    };
    std::vector<PlaceId> here;
    auto look = [&](PathId id, bool pointer) {
      if (!id) return;
      Path object = canonical(id);
      if (pointer) object.steps.push_back({StepKind::Deref, {}, -1});
      const bool made = !pointer && madeForIt(id);
      if (!made && !(handle && holdsHandle(object, *handle))) return;
      const PathId whole(flows.paths.intern(std::move(object)));
      for (PlaceId place : contexts.place_sets[contexts.resolveSet(edge.caller, whole)])
        here.push_back(contexts.anyElement(place));
    };
    look(spawn.receiver, false);
    for (const Argument& argument : spawn.arguments)
      if (argument.kind == ValueKind::Object || argument.kind == ValueKind::Value)
        look(argument.path, argument.kind == ValueKind::Value);
    std::ranges::sort(here);
    here.erase(std::unique(here.begin(), here.end()), here.end());
    if (first) {
      own = std::move(here);
    } else {
      std::vector<PlaceId> both;
      std::ranges::set_intersection(own, here, std::back_inserter(both));
      own = std::move(both);
    }
    first = false;
  }
  return own;
}

Same Facts::sameObject(Point a, Point b) const {
  auto subject = [&](Point p) {
    const Event& e = event(p);
    return e.kind == EventKind::Call ? e.receiver : e.path;
  };
  PathId first = subject(a), second = subject(b);
  if (!first || !second) return Same::No;
  Same best = Same::No;
  const ThreadId thread_a = context(a.context).thread, thread_b = context(b.context).thread;
  static const std::vector<PlaceId> kNone;
  const std::vector<PlaceId>& own = thread_a == thread_b ? data_->ownOfEach(thread_a) : kNone;
  auto isOwn = [&](PlaceId id, bool& beyond) {
    for (PlaceId object : own) {
      const Path &whole = place(object), &part = place(id);
      if (!startsWith(part, whole)) continue;
      beyond |= std::any_of(part.steps.begin() + static_cast<std::ptrdiff_t>(whole.steps.size()),
                            part.steps.end(), [&](const Step& step) { return hop(data_->unit, step); });
      return true;
    }
    return false;
  };
  const auto all_a = places(resolve(a.context, first)), all_b = places(resolve(b.context, second));
  const bool several = all_a.size() > 1 || all_b.size() > 1;
  for (PlaceId x : all_a)
    for (PlaceId y : all_b) {
      Same same = data_->samePlace(x, y, true);
      if (same == Same::No) continue;
      bool beyond = false;
      if (!own.empty() && isOwn(x, beyond) && isOwn(y, beyond)) {
        if (!beyond) continue;
        same = Same::Maybe;
      }
      // Several pointers that were stored: which of them it is here, nobody proved.
      if (same == Same::Same && several &&
          std::ranges::any_of(place(x).steps, [&](const Step& step) { return hop(data_->unit, step); }))
        same = Same::Maybe;
      const Path &p = place(x), &q = place(y);
      if (sameRoot(p, q) && data_->ownRunsOnly(a.context, b.context, p)) continue;
      if (same == Same::Same) return Same::Same;
      best = Same::Maybe;
    }
  return best;
}

Same Facts::sameLock(ContextId, const HeldLock& first, ContextId, const HeldLock& second) const {
  auto p = places(first.places), q = places(second.places);
  Same best = Same::No;
  for (PlaceId x : p)
    for (PlaceId y : q) {
      Same same = data_->samePlace(x, y);
      // Several alternatives on a side prove nothing.
      if (same == Same::Same && (p.size() > 1 || q.size() > 1)) same = Same::Maybe;
      best = std::max(best, same);
    }
  return best;
}

const std::vector<std::uint32_t>& Facts::Data::entriesOf(ContextId c) {
  if (entries.empty()) {
    entries.resize(contexts.all.size());
    for (std::size_t i = 0; i < contexts.edges.size(); ++i)
      entries[contexts.edges[i].callee.value].push_back(static_cast<std::uint32_t>(i));
  }
  return entries[c.value];
}

std::vector<Point> Facts::callersOf(ContextId c) const {
  std::vector<Point> found;
  for (std::uint32_t index : data_->entriesOf(c)) {
    const ContextEdge& edge = data_->contexts.edges[index];
    if (!edge.spawn && edge.caller != c) found.push_back({edge.caller, edge.event});
  }
  std::ranges::sort(found);
  return found;
}

bool Facts::mayLack(Point p, const HeldLock& lock, Point other) const {
  auto held = [&](LocksetId set, auto&& same) {
    auto all = lockset(set);
    return std::any_of(all.begin(), all.end(), same);
  };
  PointState here = state(p);
  if (held(here.must, [&](const HeldLock& l) { return l.path == lock.path && l.places == lock.places; }))
    return false;
  const Function& function = data_->unit[context(p.context).function];
  if (lock.since && lock.since.value < function.events.size()) {
    const Event& taken = function.events[lock.since.value];
    if (taken.flavour != Flavour::Blocking &&
        (taken.kind == EventKind::Acquire || taken.kind == EventKind::GuardCreate))
      return true;
  }
  if (!lock.at_entry && data_->takenByChance(*this, p, lock)) return true;
  // A lock that has no name here is the caller's own affair: helpers of a tree serve many trees, each with its lock.
  if (!lock.at_entry || !lock.path || lock.places.value == 0) return false;
  const std::vector<Point>& bare = data_->bareEntries(*this, p.context, lock.places);
  return std::any_of(bare.begin(), bare.end(), [&](Point at) { return mayRunTogether(at, other); });
}

/// Whether the lock is held here depends on a test that reads no memory and that the access does not repeat: a number drawn,
/// or the argument that the thread was started with. A mode that is kept in memory may well be the same for the whole program.
bool Facts::Data::takenByChance(const Facts& facts, Point p, const HeldLock& lock) {
  const Context& context = facts.context(p.context);
  const Function& function = unit[context.function];
  constexpr std::size_t kMaxBlocks = 200;
  if (!lock.since || !lock.path || function.blocks.size() > kMaxBlocks || function.runs_before_main)
    return false;
  const Event& taken = function.events[lock.since.value];
  if (taken.kind != EventKind::Acquire || taken.flavour != Flavour::Blocking) return false;
  const bool entry = !context.caller || facts.context(context.caller).thread != context.thread;
  if (!function.parameters.empty() &&
      !(entry && facts.thread(context.thread).kind == ThreadRoot::Kind::Spawned))
    return false;
  const Path& own = facts.path(lock.path);
  if (own.root == RootKind::Parameter || own.root == RootKind::Result) return false;
  const FlowShape shape(function);
  bool by_chance = false;
  auto chosen = [&](EventId event) {
    for (std::size_t b = 0; b < function.blocks.size(); ++b) {
      const Block& block = function.blocks[b];
      if (block.successors.size() != 2) continue;
      const std::optional<unsigned> side = shape.sideOf(BlockId(b), shape.blockOf(event));
      // What leads to the access as well decides for both.
      if (!side || side == shape.sideOf(BlockId(b), shape.blockOf(p.event))) continue;
      const bool asks_nothing =
          block.condition.reads.empty() &&
          (block.condition.kind == ConditionKind::None || block.condition.kind == ConditionKind::Flag);
      if (!asks_nothing || shape.staysInLoop(BlockId(b), 0) || shape.staysInLoop(BlockId(b), 1)) return false;
      by_chance = true;
    }
    return true;
  };
  if (!chosen(lock.since)) return false;
  for (std::size_t e = 0; e < function.events.size(); ++e) {
    const Event& event = function.events[e];
    if (event.kind != EventKind::Release || !shape.follows(EventId(e), p.event)) continue;
    for (PathId released : event.locks)
      if (released == lock.path && !chosen(EventId(e))) return false;
  }
  return by_chance;
}

/// Calls that lead to a context, through at most two more, surely without the lock and not with an object of the caller's own.
const std::vector<Point>& Facts::Data::bareEntries(const Facts& facts, ContextId to, PlaceSetId lock) {
  auto [entry, is_new] = bare_entries.try_emplace({to, lock});
  std::vector<Point>& found = entry->second;
  if (!is_new) return found;
  constexpr int kMaxCallers = 2;
  constexpr std::size_t kMaxWays = 64;
  auto touches = [&](const HeldLock& l) {
    if (l.places.value == 0 || l.places == lock) return true; // one of too many, or the very same
    for (PlaceId x : facts.places(l.places))
      for (PlaceId y : facts.places(lock))
        if (samePlace(x, y) != Same::No) return true;
    return false;
  };
  auto held = [&](LocksetId set) {
    auto all = facts.lockset(set);
    return std::any_of(all.begin(), all.end(), touches);
  };
  std::vector<std::pair<ContextId, int>> pending{{to, 0}};
  std::size_t ways = 0;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    auto [c, depth] = pending[i];
    for (std::uint32_t index : entriesOf(c)) {
      const ContextEdge& edge = contexts.edges[index];
      if (edge.spawn || edge.caller == c || ++ways > kMaxWays) continue;
      const Context& from = facts.context(edge.caller);
      const Function& caller = unit[from.function];
      if (caller.is_constructor || caller.is_destructor || caller.runs_before_main ||
          from.evidence == Evidence::Unsure)
        continue;
      const Point at{edge.caller, edge.event};
      const PointState before = facts.state(at);
      if (!before.reachable || held(before.must)) continue;
      if (held(before.may)) {
        if (depth < kMaxCallers &&
            std::ranges::find(pending, edge.caller, &std::pair<ContextId, int>::first) == pending.end())
          pending.emplace_back(edge.caller, depth + 1);
        continue;
      }
      const Event& call = caller.events[edge.event.value];
      const LocalState& local =
          flows.state(from.function, flows.flows[from.function.value].stateIndex(edge.event));
      bool own_object = call.receiver && contexts.freshRoot(edge.caller, local, call.receiver);
      for (const Argument& argument : call.arguments)
        own_object |=
            argument.kind == ValueKind::Object && contexts.freshRoot(edge.caller, local, argument.path);
      if (!own_object) found.push_back(at);
    }
  }
  return found;
}

std::optional<CommonLock> Facts::commonLock(Point a, Point b) const {
  PointState s = state(a), t = state(b);
  auto first = lockset(s.may), second = lockset(t.may);
  if (first.empty() || second.empty()) return std::nullopt;
  const Event &x = event(a), &y = event(b);
  auto writes = [](const Event& e) {
    return e.kind == EventKind::Access && e.access != AccessKind::Read &&
           e.access != AccessKind::AddressTaken;
  };
  bool one_writes = writes(x) || writes(y);
  PathId object_a = x.kind == EventKind::Call ? x.receiver : x.path;
  PathId object_b = y.kind == EventKind::Call ? y.receiver : y.path;

  // How a lock stands to the accessed object: beside it in the same instance, or elsewhere.
  enum class Stand { Beside, Elsewhere, Unknown };
  auto stand = [&](Point p, const HeldLock& lock, PathId object) {
    EntityId lock_class = ownerClass(lock.path), object_class = ownerClass(object);
    if (!lock.path || !object || !lock_class || lock_class != object_class) return Stand::Unknown;
    auto owner = [&](PathId id) {
      Path whole =
          path(canonicalPath(data_->unit, data_->graph, data_->flows, context(p.context).function, id));
      while (!whole.steps.empty() && whole.steps.back().kind != StepKind::Field)
        whole.steps.pop_back();
      if (!whole.steps.empty()) whole.steps.pop_back();
      return whole;
    };
    Path lock_owner = owner(lock.path), object_owner = owner(object);
    if (lock_owner.widened || object_owner.widened || lock_owner.root == RootKind::Unknown)
      return Stand::Unknown;
    return lock_owner == object_owner ? Stand::Beside : Stand::Elsewhere;
  };

  // A local of a function that both threads run: each has its own.
  auto ownLocals = [&](const HeldLock& l, const HeldLock& m) {
    auto p = places(l.places), q = places(m.places);
    if (p.size() != 1 || q.size() != 1) return false;
    const Path& local = place(p.front());
    return local.root == RootKind::Local && sameRoot(local, place(q.front())) &&
           std::ranges::none_of(local.steps, [&](const Step& s) { return hop(data_->unit, s); }) &&
           data_->ownRunsOnly(a.context, b.context, local);
  };

  std::optional<CommonLock> found;
  for (const HeldLock& l : first) {
    if (l.kind == LockKind::Semaphore) continue;
    for (const HeldLock& m : second) {
      if (m.kind == LockKind::Semaphore) continue;
      if (l.mode == Mode::Shared && m.mode == Mode::Shared && one_writes) continue;
      if ((!l.path && places(l.places).empty()) || (!m.path && places(m.places).empty())) {
        if (!found) found = CommonLock{l, m, false}; // one of too many: perhaps this one
        continue;
      }
      Stand here = stand(a, l, object_a), there = stand(b, m, object_b);
      Same same = ownLocals(l, m) ? Same::No : sameLock(a.context, l, b.context, m);
      EntityId lock_variable = variable(l.path);
      bool beside = here == Stand::Beside && there == Stand::Beside && lock_variable &&
                    lock_variable == variable(m.path);
      if (beside) same = std::max(same, Same::Maybe); // one object, so one lock
      if (same == Same::No) continue;
      // x's lock for an access to y, when the other side holds y's own.
      if (!beside && (here == Stand::Beside) != (there == Stand::Beside) && here != Stand::Unknown &&
          there != Stand::Unknown && same != Same::Same)
        continue;
      if (mayLack(a, l, b) || mayLack(b, m, a)) continue;
      auto isMust = [&](LocksetId set, const HeldLock& lock) {
        auto all = lockset(set);
        return std::ranges::find(all, lock) != all.end();
      };
      CommonLock common{l, m, (same == Same::Same || beside) && isMust(s.must, l) && isMust(t.must, m)};
      if (common.certain) return common;
      if (!found) found = common;
    }
  }
  return found;
}

bool Facts::mayOverlap(ThreadId a, ThreadId b) const {
  using Kind = ThreadRoot::Kind;
  const ThreadRoot &x = thread(a), &y = thread(b);
  if (a == b) return x.many;
  if (apart(x.program, y.program)) return false;
  auto one = [&](Kind kind) { return x.kind == kind || y.kind == kind; };
  if (one(Kind::Unknown) || one(Kind::Intent)) return !one(Kind::Main);
  if (data_->contexts.coexist[a.value][b.value]) return true;
  auto starts = [&](ThreadId parent, ThreadId child) {
    for (std::uint32_t e : data_->contexts.descendants[parent.value])
      if (data_->contexts.elements[e].thread == child) return true;
    return false;
  };
  return starts(a, b) || starts(b, a);
}

bool Facts::mayRunTogether(Point a, Point b) const {
  using Kind = ThreadRoot::Kind;
  ThreadId s = context(a.context).thread, t = context(b.context).thread;
  std::uint32_t i = data_->stateIndex(a), j = data_->stateIndex(b);
  if (i == FunctionFlow::kUnreachable || j == FunctionFlow::kUnreachable) return false;
  if (!mayOverlap(s, t)) return false;
  if (s == t) return true;
  Contexts& contexts = data_->contexts;
  auto starts = [&](ThreadId parent, ThreadId child) {
    for (std::uint32_t e : contexts.descendants[parent.value])
      if (contexts.elements[e].thread == child) return true;
    return false;
  };
  auto alive = [&](Point p, std::uint32_t index, ThreadId other) {
    for (std::uint32_t e : contexts.liveAt(p.context, index))
      if (contexts.elements[e].thread == other) return true;
    return false;
  };
  bool s_starts = starts(s, t), t_starts = starts(t, s);
  // Entry sets of library callers hold every thread that library code starts (concurrency.cpp); threads of main's are
  // beyond their knowledge.
  auto knows = [&](ThreadId root, ThreadId spawned) {
    if (thread(root).kind == Kind::Main) return true;
    for (std::size_t r = 0; r < threadCount(); ++r)
      if ((thread(ThreadId(r)).kind == Kind::Intent || thread(ThreadId(r)).kind == Kind::Unknown) &&
          starts(ThreadId(r), spawned))
        return true;
    return false;
  };
  if (thread(s).kind != Kind::Spawned && thread(t).kind == Kind::Spawned)
    return !knows(s, t) || alive(a, i, t);
  if (thread(t).kind != Kind::Spawned && thread(s).kind == Kind::Spawned)
    return !knows(t, s) || alive(b, j, s);
  if (thread(s).kind != Kind::Spawned) return true;
  if (s_starts && !t_starts) return alive(a, i, t) || (thread(s).many && contexts.coexist[s.value][t.value]);
  if (t_starts && !s_starts) return alive(b, j, s) || (thread(t).many && contexts.coexist[s.value][t.value]);
  return contexts.coexist[s.value][t.value] || alive(a, i, t) || alive(b, j, s);
}

} // namespace racecourse::analysis
