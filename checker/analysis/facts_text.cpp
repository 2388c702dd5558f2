// The part of Facts that speaks to people: names, traces, reasons, and the probes that tests read. Only called for
// findings and probes, so strings are built freely here and nowhere else.
#include "checker/analysis/inside.h"

#include <algorithm>
#include <tuple>

namespace racecourse::analysis {

using namespace model;

namespace {

constexpr std::size_t kMaxTraceSteps = 12;

std::string baseName(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

} // namespace

std::string Facts::describe(PathId id) const {
  return id ? data_->unit.describe(path(id)) : "(unknown)";
}

std::string Facts::describe(PlaceId id) const {
  const Unit& unit = data_->unit;
  const Path& named = place(id);
  if (named.root != RootKind::This) return unit.describe(named);
  // "Some object of the class": its fields by their full names.
  Path some = named;
  some.root = RootKind::Unknown;
  return unit.describe(some);
}

std::string Facts::lockName(ContextId, const HeldLock& lock) const {
  auto all = places(lock.places);
  if (all.empty() && !lock.path) return "(one of many locks)";
  if (all.size() == 1 && !symbolic(all.front())) return describe(all.front());
  for (PlaceId id : all)
    if (EntityId entity = variable(id)) return std::string(data_->unit.text(data_->unit[entity].name));
  if (EntityId entity = variable(lock.path)) return std::string(data_->unit.text(data_->unit[entity].name));
  if (lock.path) return describe(lock.path);
  return all.empty() ? "(unknown lock)" : describe(all.front());
}

std::string Facts::threadName(ContextId c) const {
  const Unit& unit = data_->unit;
  const ThreadRoot& root = thread(context(c).thread);
  auto nameOf = [&](EntityId entity) {
    return entity ? std::string(unit.text(unit[entity].name)) : std::string("(unknown)");
  };
  auto called = [&](std::string name) {
    if (!name.empty() && name.back() != ')' && name.find("lambda") == std::string::npos) name += "()";
    return name;
  };
  switch (root.kind) {
  case ThreadRoot::Kind::Main: return "main thread";
  case ThreadRoot::Kind::Spawned: {
    std::string text = "thread " + called(nameOf(root.entry));
    if (root.place.file && root.place.line > 0)
      text += " spawned at " + baseName(unit[root.place.file].path) + ":" + std::to_string(root.place.line);
    return text;
  }
  case ThreadRoot::Kind::Intent:
  case ThreadRoot::Kind::Unknown: break;
  }
  ContextId entry = c;
  while (context(entry).caller)
    entry = context(entry).caller;
  const Function& function = unit[context(entry).function];
  if (root.kind == ThreadRoot::Kind::Unknown) return "unknown callers of " + called(nameOf(function.entity));
  if (function.this_type) return "any caller of " + nameOf(function.this_type) + "'s methods";
  return "any caller of " + called(nameOf(function.entity));
}

std::vector<std::string> Facts::heldNames(Point p) const {
  std::vector<std::string> names;
  for (const HeldLock& lock : lockset(state(p).must))
    names.push_back(lockName(p.context, lock) + (lock.mode == Mode::Shared ? " (shared)" : ""));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Trace Facts::trace(Point p, std::string last) const {
  const Unit& unit = data_->unit;
  Trace trace;
  trace.thread = threadName(p.context);
  trace.steps.push_back({event(p).place, std::move(last), heldNames(p)});
  for (ContextId c = p.context; context(c).caller; c = context(c).caller) {
    const Context& here = context(c);
    Point call{here.caller, here.call};
    const Event& at = event(call);
    bool spawn = at.kind == EventKind::Spawn;
    std::string name(unit.text(unit[unit[here.function].entity].name));
    TraceStep step{at.place, spawn ? "spawns the thread that runs " + name : "calls " + name,
                   heldNames(call)};
    trace.steps.push_back(std::move(step));
    if (spawn) break; // the spawner's own way there is another thread's story
  }
  std::ranges::reverse(trace.steps);
  if (trace.steps.size() > kMaxTraceSteps) {
    // The entry and the end tell most.
    std::size_t extra = trace.steps.size() - kMaxTraceSteps;
    trace.steps.erase(trace.steps.begin() + 2, trace.steps.begin() + 2 + static_cast<std::ptrdiff_t>(extra));
  }
  return trace;
}

std::string Facts::whyTogether(Point a, Point b) const {
  const Unit& unit = data_->unit;
  ThreadId s = context(a.context).thread, t = context(b.context).thread;
  auto spawnedAt = [&](const ThreadRoot& root) {
    if (!root.place.file || root.place.line == 0) return std::string("its start");
    return baseName(unit[root.place.file].path) + ":" + std::to_string(root.place.line);
  };
  using Kind = ThreadRoot::Kind;
  if (s == t) {
    if (thread(s).kind == Kind::Spawned)
      return "several threads started at " + spawnedAt(thread(s)) + " may run at the same time";
    return threadName(a.context) + " may be several at the same time";
  }
  if (thread(s).kind != Kind::Spawned) {
    std::swap(s, t);
    std::swap(a, b);
  }
  if (thread(s).kind != Kind::Spawned)
    return threadName(a.context) + " may run at the same time as " + threadName(b.context);
  if (thread(t).kind == Kind::Main)
    return "the thread started at " + spawnedAt(thread(s)) + " may still run: nothing joins it before";
  if (thread(t).kind == Kind::Spawned)
    return "the threads started at " + spawnedAt(thread(s)) + " and " + spawnedAt(thread(t)) +
           " may run at the same time: neither is joined before the other starts";
  return "the thread started at " + spawnedAt(thread(s)) + " may run at the same time as " +
         threadName(b.context);
}

std::vector<ProbeState> Facts::probes() const {
  const Unit& unit = data_->unit;
  std::vector<Point> points;
  for (std::size_t c = 0; c < contextCount(); ++c) {
    const Function& code = function(ContextId(c));
    for (std::size_t e = 0; e < code.events.size(); ++e)
      if (code.events[e].kind == EventKind::Probe && state({ContextId(c), EventId(e)}).reachable)
        points.push_back({ContextId(c), EventId(e)});
  }
  std::vector<ProbeState> result;
  auto names = [&](Point p, LocksetId set) {
    std::vector<std::string> out;
    for (const HeldLock& lock : lockset(set))
      out.push_back(lockName(p.context, lock) + (lock.mode == Mode::Shared ? " (shared)" : ""));
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  };
  for (Point p : points) {
    ProbeState probe;
    probe.label = unit.text(event(p).label);
    probe.place = event(p).place;
    probe.thread = threadName(p.context);
    PointState at = state(p);
    probe.must_held = names(p, at.must);
    probe.may_held = names(p, at.may);
    for (Point q : points)
      if (mayRunTogether(p, q))
        probe.may_run_with.push_back(std::string(unit.text(event(q).label)) + "@" + threadName(q.context));
    std::ranges::sort(probe.may_run_with);
    probe.may_run_with.erase(std::unique(probe.may_run_with.begin(), probe.may_run_with.end()),
                             probe.may_run_with.end());
    result.push_back(std::move(probe));
  }
  std::ranges::sort(result, {}, [](const ProbeState& s) {
    return std::tie(s.label, s.thread, s.place, s.must_held, s.may_held);
  });
  return result;
}

} // namespace racecourse::analysis
