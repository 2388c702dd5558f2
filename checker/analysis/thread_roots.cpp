// The threads are put into the model as what they are: one more initialiser that spawns them, in a loop and detached. Every
// step after it treats them like threads the program starts itself.
#include "checker/analysis/thread_roots.h"

#include <algorithm>

namespace racecourse::analysis {

namespace {

/// Without parameters: `Server::onRequest(int)` is named `Server::onRequest`.
std::string_view plainName(std::string_view name) {
  return name.substr(0, name.find('('));
}

} // namespace

std::vector<std::string> addThreadRoots(model::Unit& program, const std::vector<std::string>& names) {
  std::vector<std::string> unmatched;
  std::vector<model::Event> spawns;
  for (const std::string& name : names) {
    bool found = false;
    for (const model::Function& function : program.functions) {
      if (function.blocks.empty() || plainName(program.text(program[function.entity].name)) != name) continue;
      found = true;
      model::Event spawn;
      spawn.kind = model::EventKind::Spawn;
      spawn.callee = function.entity;
      spawn.flags = model::kSpawnInLoop | model::kSpawnDetached;
      spawn.in_loop = true;
      spawn.place = function.place;
      spawns.push_back(std::move(spawn));
    }
    if (!found) unmatched.push_back(name);
  }
  if (spawns.empty()) return unmatched;
  const model::StringId label = program.intern("thread-roots");
  model::Entity entity;
  entity.kind = model::EntityKind::Function;
  entity.usr = entity.name = label;
  model::Function starter;
  starter.entity = program.intern(entity);
  starter.runs_before_main = true;
  starter.place = starter.end = spawns.front().place;
  // The spawns lie in a loop, so that several threads of each run at a time.
  starter.blocks.resize(2);
  starter.blocks.front().successors = {model::BlockId(0), model::BlockId(1)};
  for (model::Event& spawn : spawns) {
    spawn.label = label;
    starter.blocks.front().events.push_back(model::EventId(starter.events.size()));
    starter.events.push_back(std::move(spawn));
  }
  program.functions.push_back(std::move(starter));
  program.reindex();
  return unmatched;
}

} // namespace racecourse::analysis
