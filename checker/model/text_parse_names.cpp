// Names and paths of the text form. A name is looked for from the inside out: the function, the functions
// around it, the unit. A field's short name is understood through the class on its left, which is followed
// along the path.
#include "checker/model/text_parser.h"

#include <algorithm>

namespace racecourse::model::text {

/// NAME of the unit, or FUNCTION/NAME.
EntityId Parser::unitName() {
  const std::string name = expectName();
  if (failed()) return {};
  if (isPunct("/") && isName(1)) {
    const auto function = unit_names_.find(name);
    take();
    const EntityId found =
        function == unit_names_.end() ? EntityId() : lookUpIn(function->second, take().text);
    if (!found) fail("there is no function `" + name + "` with something of that name");
    return found;
  }
  const auto at = unit_names_.find(name);
  if (at != unit_names_.end()) return at->second;
  fail("nothing named `" + name + "` is declared in the unit");
  return {};
}

EntityId Parser::unitNameOrNone() {
  return takeWord("none") ? EntityId() : unitName();
}

std::vector<EntityId> Parser::unitNames() {
  std::vector<EntityId> names;
  if (!expectPunct("(")) return names;
  while (!failed() && !isPunct(")")) {
    names.push_back(unitNameOrNone());
    if (!takePunct(",")) break;
  }
  expectPunct(")");
  return names;
}

EntityId Parser::lookUpIn(EntityId function, const std::string& name) {
  const auto body = body_of_.find(function);
  if (body == body_of_.end()) return {};
  const Names& names = bodies_[body->second].names;
  const auto at = names.find(name);
  return at == names.end() ? EntityId() : at->second;
}

EntityId Parser::lookUp(const std::string& name) {
  if (const Body* here = body()) {
    EntityId function = here->entity;
    for (int i = 0; i < kMaxNesting && function; ++i) {
      if (const EntityId found = lookUpIn(function, name)) return found;
      const auto record = records_.find(function);
      function = record == records_.end() ? EntityId() : unit_[record->second].enclosing;
    }
  }
  const auto at = unit_names_.find(name);
  return at == unit_names_.end() ? EntityId() : at->second;
}

/// NAME, FUNCTION/NAME or /NAME.
EntityId Parser::variable() {
  if (takePunct("/")) return unitName();
  if (isName() && isPunct("/", 1)) return unitName();
  const std::string name = expectName();
  if (!resolve_paths_) return {}; // which functions stand around which is not known yet
  const EntityId found = failed() ? EntityId() : lookUp(name);
  if (!found) fail("nothing named `" + name + "` is declared");
  return found;
}

/// Whether an optional path stands here.
bool Parser::startsPath() const {
  if (peek().kind == Token::Kind::String || isPunct("/")) return true;
  if (peek().kind != Token::Kind::Name || isKey()) return false;
  if (isWord("this") || isWord("unknown") || isWord("result") || isWord("alloc")) return true;
  if (isWord("global") || isWord("local") || isWord("param")) return true;
  return !isReserved(peek().text);
}

PathId Parser::path() {
  Path path;
  EntityId type;
  root(path, type);
  for (;;) {
    if (failed()) return {};
    Step step;
    if (takePunct("...")) {
      path.widened = true;
      break;
    }
    if (isPunct("[")) {
      take();
      step.kind = StepKind::Index;
      if (!takePunct("*"))
        step.index = static_cast<std::int64_t>(expectNumber());
      else if (takePunct("*"))
        step.index = kSameElements;
      expectPunct("]");
      path.steps.push_back(step);
      continue;
    }
    const bool arrow = isPunct("->");
    if (!arrow && !isPunct(".")) break;
    take();
    if (arrow || isPunct("*")) path.steps.push_back(step); // Deref
    if (!takePunct("*")) field(path, type);
  }
  return resolve_paths_ ? unit_.intern(path) : PathId();
}

void Parser::root(Path& path, EntityId& type) {
  const bool special = isPunct("(", 1);
  if (takeWord("this")) {
    path.root = RootKind::This;
    if (!special) {
      if (const Body* here = body()) path.entity = methodAround(unit_, records_, here->entity);
      // In a declaration: the object of the class that the line's own entity belongs to.
      type = path.entity ? typeOfThis(path.entity) : line_->entity ? unit_[line_->entity].parent : EntityId();
      return;
    }
    take();
    if (!isPunct(")")) path.entity = unitName();
    expectPunct(")");
    type = typeOfThis(path.entity);
    return;
  }
  if (isWord("unknown")) {
    take();
    path.root = RootKind::Unknown;
    if (!takePunct("(")) return;
    type = path.entity = unitName();
    expectPunct(")");
    return;
  }
  if (special && (isWord("result") || isWord("alloc"))) {
    path.root = take().text == "result" ? RootKind::Result : RootKind::Alloc;
    return site(path);
  }
  std::optional<RootKind> forced;
  if (special || isName(1) || isPunct("/", 1)) {
    if (isWord("global")) forced = RootKind::Global;
    if (isWord("local")) forced = RootKind::Local;
    if (isWord("param")) forced = RootKind::Parameter;
    if (forced) take();
  }
  if (forced && special) {
    path.root = *forced;
    take();
    expectPunct(")");
    return;
  }
  const std::string spelled = peek().text;
  path.entity = variable();
  if (failed() || !resolve_paths_) return;
  const Entity& entity = unit_[path.entity];
  type = entity.type;
  switch (entity.kind) {
  case EntityKind::Global:
  case EntityKind::StaticLocal: path.root = RootKind::Global; break;
  case EntityKind::Local: path.root = RootKind::Local; break;
  case EntityKind::Parameter: path.root = RootKind::Parameter; break;
  default:
    if (!forced)
      return fail("`" + spelled +
                  "` is not a variable (a path starts with a variable, this, result, alloc or unknown)");
  }
  if (forced) path.root = *forced;
}

/// ( [FUNCTION] [/] [%EVENT] )
void Parser::site(Path& path) {
  take();
  const Body* of = nullptr;
  bool elsewhere = true;
  if (isName()) {
    path.entity = unitName();
    const auto at = body_of_.find(path.entity);
    if (at != body_of_.end()) of = &bodies_[at->second];
    if (takePunct("/") && peek().kind != Token::Kind::Label) return fail("an event must follow `/`");
  } else if (!takePunct("/") && peek().kind == Token::Kind::Label) {
    of = body();
    if (!of) return fail("an event needs its function here: function/%event");
    path.entity = of->entity;
    elsewhere = false;
  }
  if (peek().kind == Token::Kind::Label) {
    static const Body kUnseen; // a function without a body here: only numbers are known
    path.site = label(of ? *of : kUnseen, elsewhere);
  }
  expectPunct(")");
}

EntityId Parser::typeOfThis(EntityId method) const {
  if (!method) return {};
  const auto record = records_.find(method);
  if (record != records_.end() && unit_[record->second].this_type) return unit_[record->second].this_type;
  return unit_[method].parent;
}

void Parser::field(Path& path, EntityId& type) {
  Step step;
  step.kind = StepKind::Field;
  if (!takePunct("?")) {
    const std::string name = expectName();
    if (failed()) return;
    step.field = fieldNamed(name, type);
  }
  path.steps.push_back(step);
  type = step.field ? unit_[step.field].type : EntityId();
}

EntityId Parser::fieldNamed(const std::string& name, EntityId type) {
  if (!resolve_paths_) return {};
  const auto exact = unit_names_.find(name);
  if (exact != unit_names_.end() && unit_[exact->second].kind == EntityKind::Field) return exact->second;
  if (const EntityId found = fieldOfClass(name, type, 0)) return found;
  const auto at = fields_.find(name);
  if (at == fields_.end()) {
    fail("no field is named `" + name + "`");
    return {};
  }
  if (at->second.size() == 1) return at->second.front().first;
  std::string all;
  for (const auto& [id, full] : at->second)
    all += (all.empty() ? "" : ", ") + std::string(full);
  fail("`" + name + "` may be any of " + all);
  return {};
}

EntityId Parser::fieldOfClass(const std::string& name, EntityId type, int depth) {
  if (!type || depth > kMaxNesting) return {};
  const auto fields = fields_of_.find(type);
  if (fields != fields_of_.end())
    for (const auto& [id, full] : fields->second)
      if (lastComponent(full) == name) return id;
  for (const EntityId base : unit_[type].bases)
    if (const EntityId found = fieldOfClass(name, base, depth + 1)) return found;
  return {};
}

/// PATH or (PATH, …)
std::vector<PathId> Parser::paths() {
  std::vector<PathId> paths;
  if (!takePunct("(")) {
    paths.push_back(path());
    return paths;
  }
  while (!failed() && !isPunct(")")) {
    paths.push_back(path());
    if (!takePunct(",")) break;
  }
  expectPunct(")");
  return paths;
}

EventId Parser::label(const Body& body, bool any_number) {
  if (peek().kind != Token::Kind::Label) {
    fail("an event's label (%name) is expected");
    return {};
  }
  const std::string name = take().text;
  const auto at = body.labels.find(name);
  if (at != body.labels.end()) return at->second;
  const bool number = name.find_first_not_of("0123456789") == std::string::npos && name.size() <= 10;
  const std::uint64_t value = number ? std::stoull(name) : EventId::kNone;
  if (value < EventId::kNone && (any_number || value < body.numbers.size())) return EventId(value);
  fail("no event is labelled %" + name);
  return {};
}

std::vector<EventId> Parser::labels() {
  std::vector<EventId> events;
  if (!expectPunct("(")) return events;
  while (!failed() && !isPunct(")")) {
    events.push_back(label(*body()));
    if (!takePunct(",")) break;
  }
  expectPunct(")");
  return events;
}

} // namespace racecourse::model::text
