// A path counts when it ends in the variable's own storage: a Deref step leads elsewhere.
#include "checker/analysis/thread_uses.h"

#include "checker/analysis/wording.h"

#include <algorithm>

namespace racecourse::analysis {

using model::EntityId;
using model::EntityKind;
using model::Event;
using model::EventId;
using model::EventKind;
using model::Path;
using model::PathId;
using model::RootKind;

ThreadUses::ThreadUses(const Facts& facts) : facts_(facts) {
  for (std::size_t c = 0; c < facts.contextCount(); ++c) {
    const ContextId id{c};
    const Context& context = facts.context(id);
    if (facts.thread(context.thread).kind != ThreadRoot::Kind::Spawned) continue;
    const model::Function& function = facts.function(id);
    if (function.analysis_off) continue;
    for (std::size_t e = 0; e < function.events.size(); ++e) {
      const Event& event = function.events[e];
      const Point point{id, EventId(e)};
      switch (event.kind) {
      case EventKind::Access:
        if (event.access != model::AccessKind::AddressTaken) note(context.thread, point, event.path);
        break;
      case EventKind::Wait:
      case EventKind::Notify: note(context.thread, point, event.path); break;
      case EventKind::Acquire:
      case EventKind::Release:
      case EventKind::GuardCreate:
        for (PathId lock : event.locks)
          note(context.thread, point, lock);
        break;
      default: break;
      }
    }
  }
}

void ThreadUses::note(ThreadId thread, Point point, PathId path) {
  if (!path) return;
  const RootKind root = facts_.path(path).root;
  if (root == RootKind::Unknown || root == RootKind::Result) return;
  for (PlaceId id : facts_.places(facts_.resolve(point.context, path))) {
    const Path& place = facts_.place(id);
    if (place.widened || !place.entity ||
        (place.root != RootKind::Local && place.root != RootKind::Parameter &&
         place.root != RootKind::Global))
      continue;
    const bool elsewhere = std::ranges::any_of(
        place.steps, [](const model::Step& step) { return step.kind == model::StepKind::Deref; });
    if (elsewhere || !facts_.state(point).reachable) continue;
    uses_.try_emplace({thread, place.entity}, point);
  }
}

const Point* ThreadUses::use(ThreadId thread, EntityId variable) const {
  const auto found = uses_.find({thread, variable});
  return found == uses_.end() ? nullptr : &found->second;
}

std::vector<std::pair<EntityId, Point>> ThreadUses::statics(ThreadId thread) const {
  std::vector<std::pair<EntityId, Point>> result;
  for (auto it = uses_.lower_bound({thread, EntityId(0)}); it != uses_.end() && it->first.first == thread;
       ++it) {
    const EntityKind kind = facts_.program()[it->first.second].kind;
    if (kind == EntityKind::Global || kind == EntityKind::StaticLocal)
      result.emplace_back(it->first.second, it->second);
  }
  return result;
}

std::string_view useVerb(const Event& event) {
  switch (event.kind) {
  case EventKind::Access: return accessVerb(event.access);
  case EventKind::Wait: return "waits on";
  case EventKind::Notify: return "notifies";
  case EventKind::Release: return "unlocks";
  default: return "locks";
  }
}

} // namespace racecourse::analysis
