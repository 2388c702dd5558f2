// Interning and names. Every table is keyed by the bytes that make the value what it is: a string by itself,
// a file by its path, an entity by (usr, space, kind), a path by all its members. Ids inside a key are those
// of this Unit, so a key never leaves it.
//
// Invariant: string i is found under strings[i], and so on for the other tables, as long as the vectors are
// only changed through intern(); whoever fills them directly calls reindex().
#include "checker/model/unit.h"

#include <algorithm>
#include <cstring>

namespace racecourse::model {
namespace {

void append(std::string& key, std::uint32_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  key.append(bytes, sizeof bytes);
}

std::string keyOf(StringId usr, StringId space, EntityKind kind) {
  std::string key(1, static_cast<char>(kind));
  append(key, usr.value);
  append(key, space.value);
  return key;
}

std::string keyOf(const Path& path) {
  std::string key;
  key.reserve(10 + path.steps.size() * 9);
  key += static_cast<char>(path.root);
  key += static_cast<char>(path.widened);
  append(key, path.entity.value);
  append(key, path.site.value);
  for (const Step& step : path.steps) {
    key += static_cast<char>(step.kind);
    if (step.kind == StepKind::Field) append(key, step.field.value);
    if (step.kind == StepKind::Index) {
      const auto bits = static_cast<std::uint64_t>(step.index);
      append(key, static_cast<std::uint32_t>(bits));
      append(key, static_cast<std::uint32_t>(bits >> 32));
    }
  }
  return key;
}

/// Members that mean nothing for their kind get their default, so that equal meaning is equal bytes.
Path normalised(Path path) {
  if (path.root != RootKind::Result && path.root != RootKind::Alloc) path.site = {};
  for (Step& step : path.steps) {
    if (step.kind != StepKind::Field) step.field = {};
    if (step.kind != StepKind::Index)
      step.index = -1;
    else if (step.index < 0 && step.index != kSameElements)
      step.index = kAnyElement;
  }
  return path;
}

/// `value_` of `Counter::value_`.
std::string_view lastComponent(std::string_view name) {
  const std::size_t at = name.rfind("::");
  return at == std::string_view::npos ? name : name.substr(at + 2);
}

/// A place in the code as people remember it: `pool.cpp:12`.
std::string shortPlace(const Unit& unit, const Place& place) {
  if (!place.file || place.file.value >= unit.files.size() || place.line == 0) return {};
  std::string_view path = unit[place.file].path;
  path.remove_prefix(path.rfind('/') + 1); // npos + 1 is 0
  return std::string(path) + ":" + std::to_string(place.line);
}

} // namespace

StringId Unit::intern(std::string_view text) {
  if (text.empty()) return {}; // text() of "none" is "", so "" needs no entry of its own
  if (const auto at = string_ids_.find(text); at != string_ids_.end()) return at->second;
  const StringId id(strings.size());
  const auto at = string_ids_.emplace(std::string(text), id).first;
  strings.push_back(at->first); // not `text`: it may point into strings
  return id;
}

FileId Unit::intern(const File& file) {
  const auto [at, added] = file_ids_.try_emplace(file.path, FileId(files.size()));
  if (added) files.push_back(file);
  // Whoever found it outside the system's folders once has reason to call it the user's.
  else
    files[at->second.value].system = files[at->second.value].system && file.system;
  return at->second;
}

PathId Unit::intern(const Path& original) {
  Path path = normalised(original);
  if (path.steps.size() > kMaxSteps) {
    Path widened;
    widened.widened = true;
    const auto last = std::find_if(path.steps.rbegin(), path.steps.rend(),
                                   [](const Step& step) { return step.kind == StepKind::Field; });
    if (last != path.steps.rend()) {
      if (last->field) widened.entity = entities[last->field.value].parent;
      widened.steps.push_back(*last);
    }
    path = std::move(widened);
  }
  const auto [at, added] = path_ids_.try_emplace(keyOf(path), PathId(paths.size()));
  if (added) paths.push_back(std::move(path));
  return at->second;
}

EntityId Unit::intern(const Entity& entity) {
  const auto [at, added] =
      entity_ids_.try_emplace(keyOf(entity.usr, entity.space, entity.kind), EntityId(entities.size()));
  if (added) entities.push_back(entity);
  return at->second;
}

void Unit::reindex() {
  string_ids_.clear();
  file_ids_.clear();
  path_ids_.clear();
  entity_ids_.clear();
  function_ids_.clear();
  // try_emplace keeps the first of equals, which is the one intern() would have returned.
  for (std::size_t i = 0; i < strings.size(); ++i)
    if (!strings[i].empty()) string_ids_.try_emplace(strings[i], StringId(i));
  for (std::size_t i = 0; i < files.size(); ++i)
    file_ids_.try_emplace(files[i].path, FileId(i));
  for (std::size_t i = 0; i < entities.size(); ++i)
    entity_ids_.try_emplace(keyOf(entities[i].usr, entities[i].space, entities[i].kind), EntityId(i));
  for (std::size_t i = 0; i < paths.size(); ++i)
    path_ids_.try_emplace(keyOf(paths[i]), PathId(i));
  for (std::size_t i = 0; i < functions.size(); ++i)
    function_ids_.try_emplace(functions[i].entity, FunctionId(i));
}

std::optional<EntityId> Unit::find(std::string_view usr, std::string_view space) const {
  StringId usr_id;
  StringId space_id;
  if (!usr.empty()) {
    const auto at = string_ids_.find(usr);
    if (at == string_ids_.end()) return std::nullopt;
    usr_id = at->second;
  }
  if (!space.empty()) {
    const auto at = string_ids_.find(space);
    if (at == string_ids_.end()) return std::nullopt;
    space_id = at->second;
  }
  for (int kind = 0; kind <= static_cast<int>(EntityKind::Type); ++kind) {
    const auto at = entity_ids_.find(keyOf(usr_id, space_id, static_cast<EntityKind>(kind)));
    if (at != entity_ids_.end()) return at->second;
  }
  return std::nullopt;
}

std::optional<FunctionId> Unit::findFunction(EntityId entity) const {
  // The table may be older than the vector (functions are pushed directly), so its answer is checked.
  const auto at = function_ids_.find(entity);
  if (at != function_ids_.end() && at->second.value < functions.size() &&
      functions[at->second.value].entity == entity)
    return at->second;
  for (std::size_t i = 0; i < functions.size(); ++i)
    if (functions[i].entity == entity) return FunctionId(i);
  return std::nullopt;
}

namespace {

std::string_view nameOf(const Unit& unit, EntityId id) {
  if (!id) return {};
  const Entity& entity = unit[id];
  return entity.name ? unit.text(entity.name) : unit.text(entity.usr);
}

/// The event a Result or Alloc root stands on, if its function has a body here.
const Event* siteOf(const Unit& unit, const Path& path) {
  const std::optional<FunctionId> function = path.entity ? unit.findFunction(path.entity) : std::nullopt;
  if (!function || path.site.value >= unit[*function].events.size()) return nullptr;
  return &unit[*function].events[path.site.value];
}

std::string describeResult(const Unit& unit, const Path& path) {
  const Event* call = siteOf(unit, path);
  if (!call) return "(result of a call)";
  std::string callee(call->callee ? nameOf(unit, call->callee) : unit.text(call->label));
  if (callee.empty()) return "(result of a call)";
  if (callee.back() != ')') callee += "()";
  return "(result of " + callee + ")";
}

std::string describeAllocation(const Unit& unit, const Path& path) {
  const Event* site = siteOf(unit, path);
  const std::string place = site ? shortPlace(unit, site->place) : std::string();
  if (!place.empty()) return "(object made at " + place + ")";
  const std::string_view function = nameOf(unit, path.entity);
  return function.empty() ? "(new object)" : "(object made in " + std::string(function) + ")";
}

std::string describeRoot(const Unit& unit, const Path& path) {
  const std::string_view name = nameOf(unit, path.entity);
  switch (path.root) {
  case RootKind::Global: return name.empty() ? "(global)" : std::string(name);
  case RootKind::Local: return name.empty() ? "(local)" : std::string(lastComponent(name));
  case RootKind::Parameter:
    if (path.entity && !unit[path.entity].name)
      return "(parameter " + std::to_string(unit[path.entity].index + 1) + ")";
    return name.empty() ? "(parameter)" : std::string(lastComponent(name));
  case RootKind::This: return "this";
  case RootKind::Result: return describeResult(unit, path);
  case RootKind::Alloc: return describeAllocation(unit, path);
  case RootKind::Unknown: return name.empty() ? "(unknown)" : "(some " + std::string(name) + ")";
  }
  return "(unknown)";
}

} // namespace

std::string Unit::describe(PathId id) const {
  return id && id.value < paths.size() ? describe(paths[id.value]) : "(unknown)";
}

std::string Unit::describe(const Path& path) const {
  std::string text = describeRoot(*this, path);
  // `this` is a pointer, the root is the object: one dereference is owed from the start.
  std::size_t pending = path.root == RootKind::This ? 1 : 0;
  const auto applyPending = [&] { // *x binds weaker than what follows
    if (pending > 0) text = "(" + std::string(pending, '*') + text + ")";
    pending = 0;
  };
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    const Step& step = path.steps[i];
    switch (step.kind) {
    case StepKind::Deref: ++pending; break;
    case StepKind::Index:
      applyPending();
      text += step.index < 0 ? "[*]" : "[" + std::to_string(step.index) + "]";
      break;
    case StepKind::Field: {
      const std::string_view full = nameOf(*this, step.field);
      const std::string_view name = lastComponent(full);
      if (name.empty()) break; // an anonymous struct or union: its members are named directly
      if (i == 0 && path.root == RootKind::Unknown) { // any object of the class: `Account::mu`
        const std::string_view owner = path.entity ? nameOf(*this, path.entity) : std::string_view();
        text =
            full != name || owner.empty() ? std::string(full) : std::string(owner) + "::" + std::string(name);
        break;
      }
      if (pending > 0) {
        --pending;
        applyPending();
        text += "->";
      } else {
        text += ".";
      }
      text += name;
      break;
    }
    }
  }
  return std::string(pending, '*') + text;
}

} // namespace racecourse::model
