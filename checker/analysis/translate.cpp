// Paths across calls. A callee speaks of This and its parameters; its caller binds them with the receiver and the
// arguments of the event. A lambda speaks of the locals, parameters and This of the function around it, which mean the
// same to every caller inside that function.
#include "checker/analysis/flow.h"

#include <algorithm>

namespace racecourse::analysis {

using namespace model;

bool standsIn(const Unit& unit, const CallGraph& graph, EntityId inner, EntityId entity) {
  while (inner.valid()) {
    if (inner == entity) return true;
    FunctionId body = graph.bodyOf(inner);
    if (!body) return false;
    inner = unit[body].enclosing;
  }
  return false;
}

Path applyReturn(const Unit& unit, const Path& returned, ValueKind kind, const std::vector<Step>& rest) {
  std::span<const Step> steps(rest);
  if (kind == ValueKind::Object && !steps.empty() && steps.front().kind == StepKind::Deref) {
    // `return &x` used as result->y. A reference to a pointer variable keeps its Deref.
    bool pointer = false;
    if (!returned.steps.empty() && returned.steps.back().kind == StepKind::Field)
      pointer = unit[returned.steps.back().field].is_pointer;
    else if (returned.steps.empty() && returned.entity.valid() &&
             (returned.root == RootKind::Global || returned.root == RootKind::Local ||
              returned.root == RootKind::Parameter))
      pointer = unit[returned.entity].is_pointer;
    if (!pointer) steps = steps.subspan(1);
  }
  return extend(unit, returned, steps);
}

PathId translatePath(const Unit& unit, const CallGraph& graph, PathTable& paths, const Function& caller,
                     const Event& call, const Function& callee, PathId id) {
  if (!id) return {};
  const Path path = paths[id.value];
  switch (path.root) {
  case RootKind::Global:
  case RootKind::Alloc:
  case RootKind::Unknown: return id;
  case RootKind::Result: return {};
  case RootKind::Local:
    return path.entity.valid() && unit[path.entity].parent != callee.entity &&
                   standsIn(unit, graph, caller.entity, unit[path.entity].parent)
               ? id
               : PathId();
  case RootKind::This: {
    if (path.entity != callee.entity && callee.is_lambda)
      return standsIn(unit, graph, caller.entity, path.entity) ? id : PathId();
    if (!call.receiver) return {};
    return PathId(paths.intern(extend(unit, paths[call.receiver.value], path.steps)));
  }
  case RootKind::Parameter: break;
  }
  if (!path.entity.valid()) return {};
  const Entity& parameter = unit[path.entity];
  if (parameter.parent != callee.entity && callee.is_lambda &&
      standsIn(unit, graph, callee.enclosing, parameter.parent))
    return standsIn(unit, graph, caller.entity, parameter.parent) ? id : PathId();
  for (const Argument& argument : call.arguments)
    if (argument.kind == ValueKind::Callable && argument.callable == callee.entity)
      return {}; // whoever calls the lambda chooses its arguments
  if (parameter.index >= call.arguments.size()) return {};
  const Argument& argument = call.arguments[parameter.index];
  if (!argument.path) return {};
  std::span<const Step> rest(path.steps);
  switch (argument.kind) {
  case ValueKind::Object:
    if (!parameter.is_reference && parameter.is_pointer) {
      if (rest.empty() || rest.front().kind != StepKind::Deref) return {};
      rest = rest.subspan(1);
    }
    break;
  case ValueKind::Value: break;
  case ValueKind::Copy: {
    // A copied object shares what its pointers point to.
    bool through = std::ranges::any_of(rest, [](const Step& s) { return s.kind == StepKind::Deref; });
    if (!through) return {};
    break;
  }
  case ValueKind::None:
  case ValueKind::Callable: return {};
  }
  return PathId(paths.intern(extend(unit, paths[argument.path.value], rest)));
}

PathId handlePath(PathTable& paths, PathId id) {
  if (!id) return id;
  const Path& path = paths[id.value];
  auto weak = [](const Step& s) {
    return s.kind == StepKind::Deref || (s.kind == StepKind::Index && s.index < 0);
  };
  if (path.steps.empty() || !weak(path.steps.back())) return id;
  Path stripped = path;
  while (!stripped.steps.empty() && weak(stripped.steps.back()))
    stripped.steps.pop_back();
  return PathId(paths.intern(std::move(stripped)));
}

PathId canonicalPath(const Unit& unit, const CallGraph& graph, Flows& flows, FunctionId f, PathId id) {
  const Function& function = unit[f];
  // Each round replaces one root or one stored reference; chains longer than this are `next->next->…`.
  for (int round = 0; round < 4 && id; ++round) {
    const Path path = flows.paths[id.value];
    if (path.root == RootKind::Result && path.entity == function.entity && path.site.valid()) {
      const CallSite* site = graph.site(f, path.site);
      if (!site || site->count == 0) return id;
      PathId replaced;
      bool agreed = true;
      for (FunctionId target : graph.targets(*site)) {
        const auto& returns = flows.summaries[target.value].returns;
        if (!returns) return id;
        PathId root = translatePath(unit, graph, flows.paths, function, function.events[path.site.value],
                                    unit[target], returns->path);
        if (!root) return id;
        PathId whole(
            flows.paths.intern(applyReturn(unit, flows.paths[root.value], returns->kind, path.steps)));
        agreed &= !replaced || replaced == whole;
        replaced = whole;
      }
      if (!agreed || !replaced || replaced == id) return id;
      id = replaced;
      continue;
    }
    const StoredAlias* best = nullptr;
    std::size_t best_length = 0;
    for (const StoredAlias& alias : flows.flows[f.value].stored) {
      const Path& target = flows.paths[alias.target.value];
      if (target.steps.size() > best_length && startsWith(path, target)) {
        best = &alias;
        best_length = target.steps.size();
      }
    }
    if (!best) return id;
    PathId next(flows.paths.intern(
        extend(unit, flows.paths[best->value.value], std::span(path.steps).subspan(best_length))));
    if (next == id) return id;
    id = next;
  }
  return id;
}

} // namespace racecourse::analysis
