// racecourse-escaping-reference and racecourse-detached-thread: a thread outlives what it uses.
//
// Escaping reference: an End event of a local at which a thread that this very run started may still be alive, while
// that thread uses the local. "Alive" is the flow's answer, so joins in callees, in loops over containers and by destructors
// count, in the order in which things really end. A local that dies after its std::thread died unjoined is no matter:
// the program has ended by then, and racecourse-unjoined-thread says why.
//
// Detached thread: a detached thread uses an object with static storage whose destructor runs at exit, in a program
// whose main can return. Plain data with static storage never dies and is left alone.
#include "checker/analysis/flow_shape.h"
#include "checker/analysis/handover.h"
#include "checker/analysis/rules.h"
#include "checker/analysis/thread_uses.h"
#include "checker/analysis/wording.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace racecourse::analysis {

using model::EntityId;
using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;
using model::Path;
using model::PathId;
using model::RootKind;

namespace {

/// The thread of the spawn ends the program when its handle dies here, before anything else can: the handle is a local that
/// nobody empties after the spawn except by joining, and not after the end in question.
bool endsProgramFirst(const model::Function& function, const Facts& facts, const ThreadRoot& thread,
                      EventId end) {
  const Event& spawn = function.events[thread.spawn.value];
  if (!(spawn.flags & model::kSpawnMustJoin) || !spawn.path || facts.path(spawn.path).root != RootKind::Local)
    return false;
  const EntityId handle = facts.path(spawn.path).entity;
  const FlowShape shape(function);
  const auto isHandle = [&](PathId path) { return path && facts.path(path).entity == handle; };
  for (std::size_t e = 0; e < function.events.size(); ++e) {
    const Event& event = function.events[e];
    if (event.kind == EventKind::Detach && isHandle(event.path)) return false;
    if (event.kind == EventKind::HandleMove && isHandle(event.value)) return false;
    if (event.kind == EventKind::Join && isHandle(event.path) && shape.follows(end, EventId(e))) return false;
    if (event.kind == EventKind::End && isHandle(event.path) && shape.follows(end, EventId(e)) &&
        !shape.follows(EventId(e), end))
      return false; // the local goes first
  }
  return true;
}

class EscapingReferences {
public:
  EscapingReferences(const Facts& facts, const ThreadUses& uses)
      : facts_(facts), uses_(uses), handover_(facts) {}

  void run(std::vector<Finding>& findings) {
    for (std::size_t c = 0; c < facts_.contextCount(); ++c)
      look(ContextId(c));
    for (const auto& [key, found] : best_)
      findings.push_back(describe(found));
  }

private:
  struct Found {
    Point end, use;
    ThreadId thread;
    EntityId variable;
    Confidence confidence = Confidence::Low;
  };

  void look(ContextId id) {
    const model::Function& function = facts_.function(id);
    if (function.analysis_off) return;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      if (event.kind != EventKind::End || !event.path) continue;
      const Path& path = facts_.path(event.path);
      const Point end{id, EventId(e)};
      for (ThreadId thread : facts_.startedHere(end)) {
        const Point* use = uses_.use(thread, path.entity);
        if (!use || !facts_.state(end).reachable) continue;
        const ThreadRoot& root = facts_.thread(thread);
        if (root.spawner == facts_.context(id).function &&
            endsProgramFirst(function, facts_, root, end.event))
          continue;
        keep({end, *use, thread, path.entity, confidence(end, *use, root, path.entity)});
      }
    }
  }

  Confidence confidence(Point end, Point use, const ThreadRoot& root, EntityId variable) {
    const model::Function& spawner = facts_.program()[root.spawner];
    const Event& spawn = spawner.events[root.spawn.value];
    if (facts_.context(end.context).evidence == Evidence::Unsure) return Confidence::Low;
    if (handover_.between(end, use, variable)) return Confidence::Low;
    if (spawn.flags & model::kSpawnMaybeDetached) return Confidence::Medium;
    const bool detached = (spawn.flags & model::kSpawnDetached) || detaches(spawner, spawn.path);
    const bool sure = detached && facts_.notes(end.context).empty();
    // A handle that went somewhere may be joined by whoever has it.
    if (!detached && !spawn.path) return Confidence::Low;
    return sure ? Confidence::High : Confidence::Medium;
  }

  static bool detaches(const model::Function& function, PathId handle) {
    return std::ranges::any_of(function.events, [&](const Event& event) {
      return event.kind == EventKind::Detach && event.path == handle;
    });
  }

  void keep(Found found) {
    const ThreadRoot& root = facts_.thread(found.thread);
    const auto [at, is_new] = best_.try_emplace(std::tuple(root.spawner, root.spawn, found.variable), found);
    if (!is_new && found.confidence < at->second.confidence) at->second = found;
  }

  Finding describe(const Found& found) const {
    const ThreadRoot& root = facts_.thread(found.thread);
    const FunctionId owner = facts_.context(found.end.context).function;
    const model::Entity& variable = facts_.program()[found.variable];
    const std::string name = quoted(entityName(facts_, found.variable));
    const std::string thread = threadPhrase(facts_, found.use.context);
    Finding finding;
    finding.rule = "racecourse-escaping-reference";
    finding.confidence = found.confidence;
    finding.severity = Severity::Warning;
    finding.place = root.place;
    finding.message =
        name + (variable.kind == model::EntityKind::Parameter ? ", a parameter of " : ", a local of ") +
        quoted(functionName(facts_, owner)) + ", can end while " + thread + " still uses it";
    Trace owner_trace =
        facts_.trace(found.end, name + " ends here; nothing has waited for the thread on this way");
    if (root.spawner == owner)
      owner_trace.steps.insert(
          owner_trace.steps.empty() ? owner_trace.steps.end() : owner_trace.steps.end() - 1,
          TraceStep{root.place, "the thread that uses " + name + " is started here", {}});
    finding.traces.push_back(std::move(owner_trace));
    finding.traces.push_back(
        facts_.trace(found.use, std::string(useVerb(facts_.event(found.use))) + " " + name + " here"));
    finding.notes.push_back("false if something this analysis cannot see makes " +
                            quoted(functionName(facts_, owner)) + " wait for the thread");
    addImprecision(facts_, {found.end.context, found.use.context}, finding.notes);
    finding.identity = finding.rule + "|" + entityName(facts_, found.variable) + "|" +
                       functionName(facts_, owner) + "|" +
                       functionName(facts_, facts_.context(found.use.context).function);
    return finding;
  }

  const Facts& facts_;
  const ThreadUses& uses_;
  Handover handover_;
  std::map<std::tuple<FunctionId, EventId, EntityId>, Found> best_;
};

class DetachedThreads {
public:
  DetachedThreads(const Facts& facts, const ThreadUses& uses)
      : facts_(facts), uses_(uses), handover_(facts) {}

  void run(std::vector<Finding>& findings) {
    findDestroyed();
    const std::vector<Point> ends = endsOfMain();
    if (ends.empty()) return;
    std::set<std::pair<model::Place, std::string>> told;
    for (std::size_t t = 0; t < facts_.threadCount(); ++t) {
      const ThreadRoot& root = facts_.thread(ThreadId(t));
      if (root.kind != ThreadRoot::Kind::Spawned || !detached(root)) continue;
      std::vector<std::pair<EntityId, Point>> lost;
      for (const auto& [variable, use] : uses_.statics(ThreadId(t)))
        if (destroyedAtExit(variable) && facts_.context(use.context).evidence == Evidence::Proved)
          lost.emplace_back(variable, use);
      if (lost.empty()) continue;
      Finding finding = describe(root, lost, ends);
      if (told.emplace(finding.place, finding.identity).second) findings.push_back(std::move(finding));
    }
  }

private:
  void findDestroyed() {
    for (const model::Function& function : facts_.program().functions)
      if (function.is_destructor && function.this_type) with_destructor_.insert(function.this_type);
  }

  bool destroyedAtExit(EntityId id) const {
    const model::Entity& entity = facts_.program()[id];
    if (entity.is_pointer || entity.is_reference || entity.in_system_header) return false;
    if (entity.type_class == model::TypeClass::ThreadLocal || entity.type_class == model::TypeClass::Lock)
      return false;
    if (entity.is_container) {
      const std::string_view type = facts_.program().text(entity.type_name);
      return !type.starts_with("std::array<") && !type.starts_with("std::bitset<") && !type.ends_with("]");
    }
    return entity.type && with_destructor_.contains(entity.type);
  }

  bool detached(const ThreadRoot& root) const {
    const model::Function& spawner = facts_.program()[root.spawner];
    const Event& spawn = spawner.events[root.spawn.value];
    if (spawn.flags & model::kSpawnDetached) return !(spawn.flags & model::kSpawnPool);
    const auto detaches = [&](const model::Function& function, PathId handle) {
      return std::ranges::any_of(function.events, [&](const Event& event) {
        return event.kind == EventKind::Detach && event.path == handle;
      });
    };
    if (spawn.path && detaches(spawner, spawn.path)) return true;
    const std::optional<FunctionId> entry = root.entry ? facts_.bodyOf(root.entry) : std::nullopt;
    return entry && std::ranges::any_of(
                        facts_.program()[*entry].events, [&](const Event& event) { // it detaches itself
                          return event.kind == EventKind::Detach &&
                                 (!event.path || facts_.path(event.path).root == RootKind::Unknown ||
                                  facts_.path(event.path).root == RootKind::Result);
                        });
  }

  /// Where main returns: the last events of its ways out.
  std::vector<Point> endsOfMain() const {
    std::vector<Point> result;
    for (std::size_t c = 0; c < facts_.contextCount(); ++c) {
      const ContextId id{c};
      const model::Function& function = facts_.function(id);
      if (!function.is_main || facts_.thread(facts_.context(id).thread).kind != ThreadRoot::Kind::Main)
        continue;
      for (const Exit& exit : facts_.exits(id)) {
        const std::vector<EventId>& events = function.blocks[exit.block.value].events;
        if (exit.by_throw) continue;
        if (!events.empty()) {
          const Event& last = function.events[events.back().value];
          if (last.kind == EventKind::Call && (last.flags & model::kCallNoReturn)) continue;
          result.push_back({id, events.back()});
        } else {
          result.push_back({id, EventId()});
        }
      }
    }
    return result;
  }

  Finding describe(const ThreadRoot& root, const std::vector<std::pair<EntityId, Point>>& lost,
                   const std::vector<Point>& ends) {
    const Point use = lost.front().second;
    std::vector<std::string> names;
    for (const auto& [variable, point] : lost)
      names.push_back(quoted(entityName(facts_, variable)));
    std::sort(names.begin(), names.end());
    Finding finding;
    finding.rule = "racecourse-detached-thread";
    finding.confidence = Confidence::Medium;
    for (Point end : ends)
      if (end.event && handover_.between(end, use, lost.front().first)) finding.confidence = Confidence::Low;
    finding.severity = Severity::Warning;
    finding.place = root.place;
    finding.message = "detached " + threadPhrase(facts_, use.context) + " uses " + listed(names) +
                      ", which the end of the program destroys while the thread may still run";
    finding.traces.push_back(facts_.trace(use, std::string(useVerb(facts_.event(use))) + " " +
                                                   quoted(entityName(facts_, lost.front().first)) + " here"));
    const Point end = ends.front();
    const model::Function& main = facts_.function(end.context);
    finding.traces.push_back(
        Trace{facts_.threadName(end.context),
              {{main.end, "main returns; objects with static storage are destroyed", {}}}});
    finding.notes.push_back("false if the thread has surely ended, or waits for ever, before main returns");
    addImprecision(facts_, {use.context}, finding.notes);
    finding.identity = finding.rule + "|" + functionName(facts_, root.spawner) + "|" +
                       (root.entry ? entityName(facts_, root.entry) : std::string()) + "|" + listed(names);
    return finding;
  }

  const Facts& facts_;
  const ThreadUses& uses_;
  Handover handover_;
  std::set<EntityId> with_destructor_;
};

} // namespace

void findEscapingReferences(const Facts& facts, std::vector<Finding>& findings) {
  const ThreadUses uses(facts);
  EscapingReferences(facts, uses).run(findings);
}

void findDetachedThreads(const Facts& facts, std::vector<Finding>& findings) {
  const ThreadUses uses(facts);
  DetachedThreads(facts, uses).run(findings);
}

} // namespace racecourse::analysis
