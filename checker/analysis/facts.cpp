#include "checker/analysis/facts.h"

#include "checker/analysis/inside.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

Facts::Facts(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Facts::Facts(Facts&&) noexcept = default;
Facts& Facts::operator=(Facts&&) noexcept = default;
Facts::~Facts() = default;

Facts Facts::build(const Unit& program, const Options& options) {
  auto data = std::make_unique<Data>(program, options);
  data->contexts.run();
  for (std::size_t c = 0; c < data->contexts.all.size(); ++c) {
    ContextInfo& info = data->contexts.all[c];
    auto [must, may] = data->heldAt(ContextId(c), FunctionFlow::kUnreachable);
    info.facts.entry_must = must;
    info.facts.entry_may = may;
    info.facts.fresh_receiver = (info.fresh & 1) != 0;
  }
  data->findSharedLocals();
  data->collectNotes();
  return Facts(std::move(data));
}

const Unit& Facts::program() const {
  return data_->unit;
}
const Options& Facts::options() const {
  return data_->options;
}
std::size_t Facts::contextCount() const {
  return data_->contexts.all.size();
}
const Context& Facts::context(ContextId id) const {
  return data_->contexts.all[id.value].facts;
}
const Function& Facts::function(ContextId id) const {
  return data_->unit[context(id).function];
}
const Event& Facts::event(Point p) const {
  return function(p.context).events[p.event.value];
}
std::span<const ContextId> Facts::contextsOf(FunctionId f) const {
  return data_->contexts.of_function[f.value];
}
std::size_t Facts::threadCount() const {
  return data_->contexts.threads.size();
}
const ThreadRoot& Facts::thread(ThreadId id) const {
  return data_->contexts.threads[id.value];
}
const Summary& Facts::summary(FunctionId f) const {
  return data_->flows.summaries[f.value].facts;
}

std::optional<FunctionId> Facts::bodyOf(EntityId function) const {
  FunctionId body = data_->graph.bodyOf(function);
  return body ? std::optional(body) : std::nullopt;
}

std::span<const FunctionId> Facts::callees(FunctionId f, EventId call) const {
  const CallSite* site = data_->graph.site(f, call);
  return site ? data_->graph.targets(*site) : std::span<const FunctionId>();
}

std::pair<LocksetId, LocksetId> Facts::Data::heldAt(ContextId c, std::uint32_t index) {
  const ContextInfo& info = contexts.all[c.value];
  bool at_entry = index == FunctionFlow::kUnreachable; // asked for the entry itself
  if (info.entry.empty() && info.far.value == 0 &&
      (at_entry || flows.state(info.facts.function, index).held.empty()))
    return {LocksetId(0), LocksetId(0)};
  auto [it, inserted] = held.try_emplace(std::uint64_t{c.value} << 32 | index);
  if (!inserted) return it->second;
  std::vector<HeldLock> must, may;
  Held locks = at_entry ? Held{info.entry, info.far} : contexts.heldAt(c, index);
  for (const EntryLock& lock : locks.near) {
    HeldLock out;
    out.path = lock.path;
    out.places = lock.places;
    out.mode = lock.mode;
    out.kind = lock.kind;
    out.depth = lock.depth;
    out.by_hand = lock.by_hand;
    out.at_entry = lock.at_entry || at_entry;
    out.since = lock.since;
    may.push_back(out);
    if (lock.must) must.push_back(out);
  }
  for (const FarLock& lock : contexts.farLocks(locks.far)) {
    HeldLock out;
    out.places = lock.places;
    out.mode = lock.mode;
    out.kind = lock.kind;
    out.by_hand = lock.by_hand;
    out.at_entry = true;
    may.push_back(out);
  }
  std::ranges::sort(must);
  std::ranges::sort(may);
  may.erase(std::unique(may.begin(), may.end()), may.end());
  return it->second = {locksets.intern(std::move(must)), locksets.intern(std::move(may))};
}

PlaceSetId Facts::Data::resolve(ContextId c, PathId path) {
  if (!path) return PlaceSetId(0);
  auto [it, inserted] = resolved.try_emplace(std::uint64_t{c.value} << 32 | path.value);
  if (inserted) it->second = contexts.resolveSet(c, path);
  return it->second;
}

PointState Facts::state(Point p) const {
  Data& data = *data_;
  PointState result;
  std::uint32_t index = data.stateIndex(p);
  result.must = result.may = LocksetId(0);
  if (index == FunctionFlow::kUnreachable) return result;
  result.reachable = true;
  std::tie(result.must, result.may) = data.heldAt(p.context, index);
  const ContextInfo& info = data.contexts.all[p.context.value];
  const Function& function = data.unit[info.facts.function];
  const Event& event = function.events[p.event.value];
  PathId subject = event.path ? event.path : event.receiver;
  if (!subject || (event.kind != EventKind::Access && event.kind != EventKind::Call)) return result;
  if (event.kind == EventKind::Call) subject = event.receiver;
  if (!subject) return result;
  const LocalState& local = data.flows.state(info.facts.function, index);
  const Path& path = data.flows.paths[subject.value];
  bool behind = std::ranges::any_of(path.steps, [](const Step& s) { return s.kind == StepKind::Deref; });
  switch (path.root) {
  case RootKind::Local:
    result.owned = !behind && path.entity &&
                   ((!data.escaped_locals.contains(path.entity.value) &&
                     !data.shared_locals.contains(path.entity.value)) ||
                    data.contexts.freshRoot(p.context, local, subject));
    break;
  case RootKind::Parameter:
    if (!behind && path.entity && !data.unit[path.entity].is_reference)
      result.owned = !data.shared_locals.contains(path.entity.value);
    else
      result.owned = data.contexts.freshRoot(p.context, local, subject);
    break;
  case RootKind::This:
  case RootKind::Alloc:
  case RootKind::Result:
    result.owned = data.contexts.freshRoot(p.context, local, subject);
    // Whoever destroys an object should be its last user; only a thread that is proved to be alive says otherwise.
    if (!result.owned && function.is_destructor && path.root == RootKind::This &&
        path.entity == function.entity && !behind) {
      bool named = !info.receiver.unknown && !info.receiver.direct.empty();
      for (PlaceId place : info.receiver.direct)
        named &= !symbolic(place);
      result.owned = !named || info.facts.evidence != Evidence::Proved;
    }
    break;
  case RootKind::Global:
  case RootKind::Unknown: break;
  }
  return result;
}

std::span<const HeldLock> Facts::lockset(LocksetId id) const {
  return id ? std::span<const HeldLock>(data_->locksets[id]) : std::span<const HeldLock>();
}

std::span<const Exit> Facts::exits(ContextId c) const {
  auto [it, inserted] = data_->exits.try_emplace(c.value);
  if (!inserted) return it->second;
  const Function& function = data_->unit[context(c).function];
  const FunctionFlow& flow = data_->flows.flows[context(c).function.value];
  std::vector<Exit> result;
  auto add = [&](BlockId block, bool by_throw, std::uint32_t index) {
    Exit exit;
    exit.block = block;
    exit.by_throw = by_throw;
    const Block& code = function.blocks[block.value];
    exit.place = code.events.empty() ? function.end : function.events[code.events.back().value].place;
    std::tie(exit.must, exit.may) = data_->heldAt(c, index);
    result.push_back(exit);
  };
  if (flow.states.empty()) {
    for (std::size_t b = 0; b < function.blocks.size(); ++b) {
      const Block& block = function.blocks[b];
      if (!block.successors.empty()) continue;
      bool by_throw =
          !block.events.empty() && function.events[block.events.back().value].kind == EventKind::Throw;
      add(BlockId(b), by_throw, 0);
    }
  } else {
    for (const ExitRecord& exit : flow.exits)
      add(exit.block, exit.by_throw, exit.state);
  }
  return data_->exits[c.value] = std::move(result);
}

std::vector<ThreadId> Facts::liveThreads(Point p) const {
  std::uint32_t index = data_->stateIndex(p);
  std::vector<ThreadId> result;
  if (index == FunctionFlow::kUnreachable) return result;
  for (std::uint32_t e : data_->contexts.liveAt(p.context, index))
    result.push_back(data_->contexts.elements[e].thread);
  ThreadId own = context(p.context).thread;
  for (std::size_t t = 0; t < threadCount(); ++t)
    if (thread(own).kind == ThreadRoot::Kind::Spawned && data_->contexts.coexist[own.value][t])
      result.push_back(ThreadId(t));
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::vector<ThreadId> Facts::startedHere(Point p) const {
  std::vector<ThreadId> result;
  const std::uint32_t index = data_->stateIndex(p);
  if (index == FunctionFlow::kUnreachable) return result;
  for (const LiveEntry& entry : data_->flows.state(context(p.context).function, index).live)
    if (!entry.joined)
      for (ThreadId thread : data_->contexts.site_threads[entry.site])
        result.push_back(thread);
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

const Path& Facts::path(PathId id) const {
  return data_->flows.paths[id.value];
}
const Path& Facts::place(PlaceId id) const {
  return data_->contexts.places[id.value];
}

bool Facts::symbolic(PlaceId id) const {
  const Path& path = place(id);
  if (path.widened) return true;
  switch (path.root) {
  case RootKind::Global:
  case RootKind::Local:
  case RootKind::Alloc: break;
  default: return true;
  }
  // An unknown element, or whatever a pointer points to just now.
  for (const Step& step : path.steps) {
    if (step.kind == StepKind::Deref) return true;
    if (step.kind == StepKind::Index && step.index < 0) return true;
    if (step.kind == StepKind::Field && data_->unit[step.field].is_reference) return true;
  }
  return false;
}

PlaceSetId Facts::resolve(ContextId c, PathId path) const {
  return data_->resolve(c, path);
}
std::span<const PlaceId> Facts::places(PlaceSetId id) const {
  return id ? std::span<const PlaceId>(data_->contexts.place_sets[id]) : std::span<const PlaceId>();
}

namespace {

EntityId variableOf(const Path& path) {
  for (std::size_t i = path.steps.size(); i-- > 0;)
    if (path.steps[i].kind == StepKind::Field) return path.steps[i].field;
  if (path.root == RootKind::Global || path.root == RootKind::Local) return path.entity;
  return {};
}

} // namespace

EntityId Facts::variable(PathId id) const {
  return id ? variableOf(path(id)) : EntityId();
}
EntityId Facts::variable(PlaceId id) const {
  return id ? variableOf(place(id)) : EntityId();
}

EntityId Facts::ownerClass(PathId id) const {
  EntityId entity = variable(id);
  return entity && data_->unit[entity].kind == EntityKind::Field ? data_->unit[entity].parent : EntityId();
}

PathId Facts::translate(FunctionId caller, EventId call, FunctionId callee, PathId path) const {
  const Function& from = data_->unit[caller];
  PathId here = translatePath(data_->unit, data_->graph, data_->flows.paths, from, from.events[call.value],
                              data_->unit[callee], path);
  return here ? canonicalPath(data_->unit, data_->graph, data_->flows, caller, here) : here;
}

bool Facts::showsIntent(EntityId type) const {
  return type && type.value < data_->contexts.intent.size() && data_->contexts.intent[type.value];
}

bool Facts::maybeShared(ContextId c, PathId path) const {
  if (!path) return false;
  for (PlaceId id : places(resolve(c, path))) {
    const Path& named = place(id);
    bool behind = std::ranges::any_of(named.steps, [](const Step& s) { return s.kind == StepKind::Deref; });
    switch (named.root) {
    case RootKind::Global:
    case RootKind::Alloc: return true;
    case RootKind::Local:
      if (behind || data_->shared_locals.contains(named.entity.value) ||
          data_->escaped_locals.contains(named.entity.value))
        return true;
      break;
    case RootKind::This:
    case RootKind::Parameter:
    case RootKind::Result:
    case RootKind::Unknown: return true;
    }
  }
  return false;
}

/// Locals are shared when a lambda in another thread names them or a Spawn passes them on.
void Facts::Data::findSharedLocals() {
  auto noteBinding = [&](const Binding& binding) {
    for (const auto* set : {&binding.direct, &binding.pointee})
      for (PlaceId id : *set) {
        const Path& place = contexts.places[id.value];
        if (place.root == RootKind::Local && place.entity) shared_locals.insert(place.entity.value);
      }
  };
  for (const ContextEdge& edge : contexts.edges) {
    if (!edge.spawn) continue;
    const ContextInfo& entry = contexts.all[edge.callee.value];
    noteBinding(entry.receiver);
    for (const Binding& binding : entry.parameters)
      noteBinding(binding);
  }
  for (std::size_t c = 0; c < contexts.all.size(); ++c) {
    const ContextInfo& info = contexts.all[c];
    const Function& function = unit[info.facts.function];
    if (!function.is_lambda) continue;
    // Contexts of the functions around it, up through the lambdas in between.
    std::vector<ContextId> around = info.makers;
    for (std::size_t i = 0; i < around.size() && i < 64; ++i)
      for (ContextId more : contexts.all[around[i].value].makers)
        if (std::ranges::find(around, more) == around.end()) around.push_back(more);
    auto note = [&](PathId id) {
      if (!id) return;
      const Path& path = flows.paths[id.value];
      const bool self =
          path.root == RootKind::This; // of the method around the lambda: some caller's local, perhaps
      if ((path.root != RootKind::Local && path.root != RootKind::Parameter && !self) || !path.entity) return;
      EntityId parent = self ? path.entity : unit[path.entity].parent;
      if (parent == function.entity) return;
      for (ContextId id_around : around) {
        const ContextInfo& maker = contexts.all[id_around.value];
        if (unit[maker.facts.function].entity != parent || maker.facts.thread == info.facts.thread) continue;
        if (self) {
          noteBinding(maker.receiver);
          continue;
        }
        shared_locals.insert(path.entity.value);
        const std::uint32_t index = unit[path.entity].index;
        if (path.root == RootKind::Parameter && index < maker.parameters.size())
          noteBinding(maker.parameters[index]);
      }
    };
    for (const Event& event : function.events) {
      note(event.path);
      note(event.value);
      note(event.receiver);
      for (const Argument& argument : event.arguments)
        note(argument.path);
    }
  }
  for (const Function& function : unit.functions)
    for (const Event& event : function.events)
      if (event.kind == EventKind::Escape && event.path &&
          (event.escape == EscapeHow::Stored || event.escape == EscapeHow::Published)) {
        const Path& path = unit.paths[event.path.value];
        if (path.root == RootKind::Local && path.entity) escaped_locals.insert(path.entity.value);
      }
}

void Facts::Data::collectNotes() {
  for (const auto& [f, text] : flows.notes)
    notes[f.value].push_back(text);
  for (const auto& [f, event] : graph.capped())
    notes[f.value].push_back("a virtual call here has more than " + std::to_string(kMaxOverriders) +
                             " overriders; the rest were not followed");
  for (std::size_t f = 0; f < unit.functions.size(); ++f) {
    std::size_t unresolved = 0;
    for (const CallSite& site : graph.sites(FunctionId(f)))
      unresolved += site.unresolved;
    if (unresolved > 0)
      notes[static_cast<std::uint32_t>(f)].push_back("a call through a pointer here could not be resolved");
  }
  for (const Note& note : unit.notes)
    if (FunctionId body = graph.bodyOf(note.function)) notes[body.value].push_back(note.text);
  for (auto& [f, list] : notes) {
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
}

PlaceId Facts::allocation(PlaceId id) const {
  Path whole = place(id);
  whole.steps.clear();
  return PlaceId(data_->contexts.places.intern(std::move(whole)));
}

std::vector<std::string> Facts::notes(FunctionId f) const {
  auto it = data_->notes.find(f.value);
  return it == data_->notes.end() ? std::vector<std::string>() : it->second;
}

std::vector<std::string> Facts::notes(ContextId c) const {
  std::vector<std::string> all;
  for (; c; c = context(c).caller) {
    auto more = notes(context(c).function);
    all.insert(all.end(), more.begin(), more.end());
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Coverage Facts::coverage() const {
  Coverage coverage;
  coverage.lines = data_->unit.lines;
  for (const Function& function : data_->unit.functions)
    coverage.functions += !function.blocks.empty();
  coverage.threads = threadCount();
  coverage.unresolved_calls = data_->graph.unresolvedCount();
  std::vector<EntityId> locks;
  for (const Function& function : data_->unit.functions)
    for (const Event& event : function.events)
      if (event.kind == EventKind::Acquire || event.kind == EventKind::GuardCreate)
        for (PathId lock : event.locks)
          if (EntityId entity = variable(lock)) locks.push_back(entity);
  std::ranges::sort(locks);
  locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
  coverage.locks = locks.size();
  // Only what the analysis itself cut off: unresolved calls are counted, and the frontend's notes come with the units.
  auto nameOf = [&](FunctionId f) {
    return std::string(data_->unit.text(data_->unit[data_->unit[f].entity].name));
  };
  for (FunctionId f : data_->flows.cut_components)
    coverage.notes.push_back(nameOf(f) +
                             ": the effects of its group of mutually recursive functions were cut off");
  for (std::size_t f = 0; f < data_->flows.flows.size(); ++f)
    if (data_->flows.flows[f].capped)
      coverage.notes.push_back(nameOf(FunctionId(f)) +
                               ": the flow of locks through this function was cut off");
  for (const auto& [f, event] : data_->graph.capped())
    coverage.notes.push_back(nameOf(f) + ": a virtual call has more than " + std::to_string(kMaxOverriders) +
                             " overriders");
  for (const Note& note : data_->unit.notes)
    if (note.kind == Note::Kind::CapHit) coverage.notes.push_back(note.text);
  std::ranges::sort(coverage.notes);
  coverage.notes.erase(std::unique(coverage.notes.begin(), coverage.notes.end()), coverage.notes.end());
  return coverage;
}

} // namespace racecourse::analysis
