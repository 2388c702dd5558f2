// The writer of the text form. Lines are grouped by kind (types, globals, fields, functions without a record,
// then each function with what belongs to it) and stand in id order within a group, so that reading and
// writing again gives the same text. A line says only what differs from what the reader would assume; what it
// assumes is in text_words.h and text_parse.cpp.
//
// Invariant: every entity has a handle, unique in the scope it is declared in, handed out in the order of the
// lines.
#include "checker/model/text.h"
#include "checker/model/text_lex.h"
#include "checker/model/text_words.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace racecourse::model {
namespace text {
namespace {

std::string nameText(std::string_view name) {
  return isName(name) && !isReserved(name) ? std::string(name) : quoted(name);
}

std::string hex(std::uint64_t value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
    value >>= 4;
  } while (value != 0);
  return "0x" + digits;
}

class Writer {
public:
  explicit Writer(const Unit& unit)
      : unit_(unit), handles_(unit.entities.size()), scopes_(unit.entities.size()) {}

  std::string run() {
    arrange();
    header();
    for (const EntityId id : lines_)
      entityLine(id, EntityId());
    for (std::size_t i = 0; i < unit_.functions.size(); ++i)
      function(FunctionId(i));
    for (const Note& note : unit_.notes)
      noteLine(note);
    return std::move(out_);
  }

private:
  using Names = std::unordered_map<std::string, EntityId>;

  // ---- Who stands where, and under which handle

  void arrange() {
    for (std::size_t i = 0; i < unit_.functions.size(); ++i)
      records_.emplace(unit_.functions[i].entity, FunctionId(i));
    const auto each = [&](auto&& wanted) {
      for (std::size_t i = 0; i < unit_.entities.size(); ++i)
        if (wanted(unit_.entities[i], EntityId(i))) lines_.push_back(EntityId(i));
    };
    each([](const Entity& e, EntityId) { return e.kind == EntityKind::Type; });
    each([](const Entity& e, EntityId) { return e.kind == EntityKind::Global; });
    each([](const Entity& e, EntityId) { return e.kind == EntityKind::Field; });
    each([&](const Entity& e, EntityId id) { return e.kind == EntityKind::Function && !isInline(id); });
    each([&](const Entity& e, EntityId) { return isLocal(e) && !records_.count(e.parent); });
    for (const EntityId id : lines_)
      giveHandle(id, unit_names_, EntityId());
    for (const Function& function : unit_.functions)
      if (handles_[function.entity.value].empty()) giveHandle(function.entity, unit_names_, EntityId());
    for (std::size_t i = 0; i < unit_.entities.size(); ++i) {
      const Entity& entity = unit_.entities[i];
      if (!isLocal(entity) || !records_.count(entity.parent)) continue;
      inside_[entity.parent].push_back(EntityId(i));
      giveHandle(EntityId(i), names_[entity.parent], entity.parent);
    }
    for (std::size_t i = 0; i < unit_.entities.size(); ++i)
      if (unit_.entities[i].kind == EntityKind::Field)
        ++field_names_[std::string(lastComponent(handles_[i]))];
    std::unordered_map<std::string_view, int> base_names;
    for (const File& file : unit_.files)
      ++base_names[baseName(file.path)];
    for (std::size_t i = 0; i < unit_.files.size(); ++i) {
      const std::string& path = unit_.files[i].path;
      if (path == unit_.main_file) main_file_ = FileId(i);
      const std::string_view base = baseName(path);
      file_names_.push_back(fileText(!base.empty() && base_names[base] == 1 ? base : std::string_view(path)));
    }
  }

  static bool isLocal(const Entity& entity) {
    return entity.kind == EntityKind::Local || entity.kind == EntityKind::Parameter ||
           entity.kind == EntityKind::StaticLocal;
  }

  /// Whether the `function` line can declare the entity too.
  bool isInline(EntityId id) const {
    const auto record = records_.find(id);
    if (record == records_.end()) return false;
    const Function& function = unit_[record->second];
    Entity plain; // what the line can say
    const Entity& entity = unit_[id];
    plain.kind = entity.kind;
    plain.is_private = function.is_private;
    plain.in_system_header = function.in_system_header;
    plain.place = function.place;
    return entity.type_class == plain.type_class && entity.lock == plain.lock &&
           std::all_of(entityFlags().begin(), entityFlags().end(),
                       [&](const auto& flag) { return entity.*flag.member == plain.*flag.member; }) &&
           entity.place == plain.place && entity.index == 0 && entity.bases.empty() && !entity.guarded_by &&
           !entity.pt_guarded_by;
  }

  void giveHandle(EntityId id, Names& names, EntityId scope) {
    const Entity& entity = unit_[id];
    scopes_[id.value] = scope;
    std::string& handle = handles_[id.value];
    const std::string_view name = unit_.text(entity.name);
    for (const std::string_view candidate :
         {scope ? lastComponent(name) : name, name, unit_.text(entity.usr)}) {
      if (candidate.empty() || !names.emplace(candidate, id).second) continue;
      handle = candidate;
      return;
    }
    std::size_t& count = unnamed_[scope];
    do
      handle = "unnamed" + std::to_string(++count);
    while (!names.emplace(handle, id).second);
  }

  static std::string_view baseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

  static std::string fileText(std::string_view name) {
    const auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '.' || c == '/' || c == '-' || c == '+';
    };
    const bool bare = !name.empty() && name != "none" && !(name[0] >= '0' && name[0] <= '9') &&
                      std::all_of(name.begin(), name.end(), plain);
    return bare ? std::string(name) : quoted(name);
  }

  // ---- Names, places, paths

  std::string entityText(EntityId id) const {
    if (!id) return "none";
    const EntityId scope = scopes_[id.value];
    const std::string name = nameText(handles_[id.value]);
    return scope ? nameText(handles_[scope.value]) + "/" + name : name;
  }

  EntityId lookUp(const std::string& name) const {
    EntityId function = here_;
    for (int i = 0; i < kMaxNesting && function; ++i) {
      const auto names = names_.find(function);
      if (names != names_.end())
        if (const auto at = names->second.find(name); at != names->second.end()) return at->second;
      const auto record = records_.find(function);
      function = record == records_.end() ? EntityId() : unit_[record->second].enclosing;
    }
    const auto at = unit_names_.find(name);
    return at == unit_names_.end() ? EntityId() : at->second;
  }

  /// As entityText, but as short as the place allows.
  std::string variableText(EntityId id) const {
    const std::string& handle = handles_[id.value];
    if (lookUp(handle) == id) return nameText(handle);
    return scopes_[id.value] ? entityText(id) : "/" + nameText(handle);
  }

  std::string placeText(const Place& place, FileId usual) const {
    if (place == Place()) return "@none";
    const std::string where = std::to_string(place.line) + ":" + std::to_string(place.column);
    if (!place.file) return "@none:" + where;
    if (place.file == usual) return "@" + where;
    return "@" + file_names_[place.file.value] + ":" + where;
  }

  std::string eventText(EventId id) const { return "%" + std::to_string(id.value); }

  std::string siteText(const Path& path) const {
    if (!path.site) return path.entity ? "(" + entityText(path.entity) + ")" : "()";
    if (!path.entity) return "(/" + eventText(path.site) + ")";
    if (path.entity == here_ && path.site.value < current_->events.size())
      return "(" + eventText(path.site) + ")";
    return "(" + entityText(path.entity) + "/" + eventText(path.site) + ")";
  }

  std::string rootText(const Path& path) const {
    const auto variable = [&](std::string_view word, bool usual) {
      if (!path.entity) return std::string(word) + "()";
      return (usual ? std::string() : std::string(word) + " ") + variableText(path.entity);
    };
    const EntityKind kind = path.entity ? unit_[path.entity].kind : EntityKind::Type;
    switch (path.root) {
    case RootKind::Global:
      return variable("global", kind == EntityKind::Global || kind == EntityKind::StaticLocal);
    case RootKind::Local: return variable("local", kind == EntityKind::Local);
    case RootKind::Parameter: return variable("param", kind == EntityKind::Parameter);
    case RootKind::This: {
      const EntityId usual = here_ ? methodAround(unit_, records_, here_) : EntityId();
      if (path.entity == usual) return "this";
      return path.entity ? "this(" + entityText(path.entity) + ")" : "this()";
    }
    case RootKind::Result: return "result" + siteText(path);
    case RootKind::Alloc: return "alloc" + siteText(path);
    case RootKind::Unknown: return path.entity ? "unknown(" + entityText(path.entity) + ")" : "unknown";
    }
    return "unknown";
  }

  std::string fieldText(EntityId id) const {
    if (!id) return "?";
    const std::string last(lastComponent(handles_[id.value]));
    const auto count = field_names_.find(last);
    const auto exact = unit_names_.find(last);
    const bool hidden =
        exact != unit_names_.end() && exact->second != id && unit_[exact->second].kind == EntityKind::Field;
    const bool only = count != field_names_.end() && count->second == 1;
    return !last.empty() && only && !hidden ? nameText(last) : entityText(id);
  }

  std::string pathText(PathId id) const {
    if (!id) return "?";
    const Path& path = unit_[id];
    std::string text = rootText(path);
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
      const Step& step = path.steps[i];
      if (step.kind == StepKind::Index) {
        text += step.index == kSameElements ? "[**]"
                : step.index < 0            ? "[*]"
                                            : "[" + std::to_string(step.index) + "]";
      } else if (step.kind == StepKind::Field) {
        text += "." + fieldText(step.field);
      } else if (i + 1 < path.steps.size() && path.steps[i + 1].kind == StepKind::Field) {
        text += "->" + fieldText(path.steps[++i].field);
      } else {
        text += ".*";
      }
    }
    return path.widened ? text + "..." : text;
  }

  template <typename T, typename F> static std::string listText(const std::vector<T>& items, F&& text) {
    std::string result = "(";
    for (const T& item : items)
      result += (result.size() > 1 ? ", " : "") + text(item);
    return result + ")";
  }
  std::string entitiesText(const std::vector<EntityId>& ids) const {
    return listText(ids, [&](EntityId id) { return entityText(id); });
  }
  std::string eventsText(const std::vector<EventId>& ids) const {
    return listText(ids, [&](EventId id) { return eventText(id); });
  }
  std::string locksText(const std::vector<PathId>& ids) const {
    return ids.size() == 1 ? pathText(ids[0]) : listText(ids, [&](PathId id) { return pathText(id); });
  }

  // ---- Lines

  void add(const std::string& text) { out_ += text; }
  void key(std::string_view key, const std::string& value) {
    out_ += ' ';
    out_ += key;
    out_ += '=';
    out_ += value;
  }
  void word(std::string_view word) {
    out_ += ' ';
    out_ += word;
  }

  void header() {
    add("unit " + quoted(unit_.main_file) + "\n");
    if (unit_.lines != 0) add("lines " + std::to_string(unit_.lines) + "\n");
    for (const File& file : unit_.files)
      add("file " + quoted(file.path) + (file.system ? " system\n" : "\n"));
    for (const std::string& path : unit_.dependencies)
      add("depends " + quoted(path) + "\n");
  }

  void noteLine(const Note& note) {
    add("note " + std::string(wordFor(note.kind)) + " " + quoted(note.text));
    if (note.function) key("function", entityText(note.function));
    add(" " + placeText(note.place, main_file_) + "\n");
  }

  EntityId usualParent(EntityId id) const {
    const Entity& entity = unit_[id];
    if (scopes_[id.value]) return scopes_[id.value];
    if (entity.kind != EntityKind::Field && entity.kind != EntityKind::Function) return {};
    const auto owner = unit_names_.find(std::string(ownerOf(handles_[id.value])));
    if (owner == unit_names_.end() || unit_[owner->second].kind != EntityKind::Type) return {};
    return owner->second;
  }

  /// What the lines of all entities can say.
  void identity(EntityId id) {
    const Entity& entity = unit_[id];
    const std::string& handle = handles_[id.value];
    const EntityId scope = scopes_[id.value];
    const std::string usual_usr = scope ? std::string(unit_.text(unit_[scope].usr)) + "@" + handle : handle;
    const std::string_view usual_space = scope ? unit_.text(unit_[scope].space) : std::string_view();
    if (unit_.text(entity.name) != handle) key("name", quoted(unit_.text(entity.name)));
    if (unit_.text(entity.usr) != usual_usr) key("usr", quoted(unit_.text(entity.usr)));
    if (unit_.text(entity.space) != usual_space) key("space", quoted(unit_.text(entity.space)));
    if (entity.type_name) key("spelled", quoted(unit_.text(entity.type_name)));
    if (entity.type) key("type", entityText(entity.type));
    if (entity.parent != usualParent(id)) key("parent", entityText(entity.parent));
    if (!entity.overrides.empty()) key("overrides", entitiesText(entity.overrides));
  }

  void entityLine(EntityId id, EntityId function) {
    const Entity& entity = unit_[id];
    if (function) add("  ");
    add(std::string(wordFor(entity.kind)) + " " + nameText(handles_[id.value]));
    if (entity.lock != LockKind::None) key("lock", std::string(wordFor(entity.lock)));
    const TypeClass implied = entity.lock == LockKind::None ? TypeClass::Plain : TypeClass::Lock;
    if (entity.type_class != implied) {
      const bool bare = entity.type_class != TypeClass::Lock && entity.type_class != TypeClass::Plain;
      if (bare)
        word(wordFor(entity.type_class));
      else
        key("class", std::string(wordFor(entity.type_class)));
    }
    for (const auto& flag : entityFlags())
      if (entity.*flag.member) word(flag.word);
    identity(id);
    const std::uint32_t usual_index =
        function && entity.kind == EntityKind::Parameter ? parameter_count_++ : 0;
    if (entity.index != usual_index) key("index", std::to_string(entity.index));
    if (!entity.bases.empty()) key("bases", entitiesText(entity.bases));
    if (entity.guarded_by) key("guarded_by", pathText(entity.guarded_by));
    if (entity.pt_guarded_by) key("pt_guarded_by", pathText(entity.pt_guarded_by));
    add(" " + placeText(entity.place, function ? usual_file_ : main_file_) + "\n");
  }

  void function(FunctionId id) {
    const Function& function = unit_[id];
    const bool first = records_.at(function.entity) == id;
    static const std::vector<EntityId> kNothing;
    const auto found = inside_.find(function.entity);
    const std::vector<EntityId>& inside = first && found != inside_.end() ? found->second : kNothing;
    add("function " + nameText(handles_[function.entity.value]));
    if (!first) word("again");
    const bool usual_main = handles_[function.entity.value] == "main";
    for (const auto& flag : functionFlags()) {
      const bool usual = flag.member == &Function::is_main && usual_main;
      if (function.*flag.member == usual) continue;
      if (usual)
        key(flag.word, "false");
      else
        word(flag.word);
    }
    if (first && isInline(function.entity)) identity(function.entity);
    const EntityId parent = unit_[function.entity].parent;
    const EntityId usual_this = parent && unit_[parent].kind == EntityKind::Type ? parent : EntityId();
    if (function.this_type != usual_this) key("this_type", entityText(function.this_type));
    if (function.enclosing) key("enclosing", entityText(function.enclosing));
    std::vector<EntityId> usual_parameters;
    for (const EntityId entity : inside)
      if (unit_[entity].kind == EntityKind::Parameter) usual_parameters.push_back(entity);
    current_ = &function;
    here_ = function.entity; // from here on names are looked up from inside
    if (function.parameters != usual_parameters)
      key("parameters", listText(function.parameters, [&](EntityId id) { return variableText(id); }));
    if (function.body_hash != 0) key("hash", hex(function.body_hash));
    key("end", placeText(function.end, main_file_));
    add(" " + placeText(function.place, main_file_) + "\n");
    usual_file_ = function.place.file ? function.place.file : main_file_;
    parameter_count_ = 0;
    for (const EntityId entity : inside)
      entityLine(entity, function.entity);
    for (const Contract& contract : function.contracts)
      contractLine(contract);
    body(function);
    here_ = {};
  }

  void contractLine(const Contract& contract) {
    add("  " + std::string(wordFor(contract.kind)) + " " + pathText(contract.lock));
    if (contract.mode == Mode::Shared) word("shared");
    if (!contract.success_value) key("success", "false");
    add("\n");
  }

  void body(const Function& function) {
    // A label for each event that this function speaks of; others can name it by its number all the same.
    referenced_.clear();
    const auto site = [&](PathId id) {
      if (id && unit_[id].site && unit_[id].entity == function.entity)
        referenced_.insert(unit_[id].site.value);
    };
    for (const Event& event : function.events) {
      for (const PathId id : {event.path, event.value, event.receiver})
        site(id);
      for (const PathId id : event.locks)
        site(id);
      for (const Argument& argument : event.arguments)
        site(argument.path);
      for (const EventId input : event.inputs)
        referenced_.insert(input.value);
    }
    for (const Block& block : function.blocks) {
      site(block.condition.path);
      referenced_.insert(block.condition.event.value);
      for (const EventId read : block.condition.reads)
        referenced_.insert(read.value);
    }
    next_event_ = 0;
    std::vector<bool> placed(function.events.size());
    for (std::size_t i = 0; i < function.blocks.size(); ++i) {
      const Block& block = function.blocks[i];
      if (function.blocks.size() > 1 || block.events.empty()) add("  b" + std::to_string(i) + ":\n");
      for (const EventId id : block.events) {
        if (placed[id.value])
          add("    again " + eventText(id) + "\n");
        else
          eventLine(function, id);
        placed[id.value] = true;
      }
      successorsLine(block);
    }
    bool open = false;
    for (std::size_t i = 0; i < placed.size(); ++i) {
      if (placed[i]) continue;
      if (!open) add("  unplaced:\n");
      open = true;
      eventLine(function, EventId(i));
    }
  }

  void successorsLine(const Block& block) {
    const Condition& condition = block.condition;
    const bool plain = condition.kind == ConditionKind::None && !condition.negated &&
                       !condition.compares_identity && !condition.event && !condition.path &&
                       condition.key == 0 && condition.reads.empty();
    const auto names = [&] {
      std::string text;
      for (const BlockId id : block.successors)
        text += (text.empty() ? " b" : ", b") + std::to_string(id.value);
      return text;
    };
    if (plain) {
      if (!block.successors.empty()) add("    ->" + names() + "\n");
      return;
    }
    add("    branch");
    if (condition.negated) word("not");
    const bool locked = condition.kind == ConditionKind::Locked;
    const bool owns = condition.kind == ConditionKind::Owns;
    const bool child = condition.kind == ConditionKind::Child;
    const bool flag = condition.kind == ConditionKind::Flag;
    if (locked) word("locked" + (condition.event ? " " + eventText(condition.event) : ""));
    if (child) word("child" + (condition.event ? " " + eventText(condition.event) : ""));
    if (owns) word("owns" + (condition.path ? " " + pathText(condition.path) : ""));
    if (flag) word("flag " + std::to_string(condition.key));
    if (condition.compares_identity) word("identity");
    if (!locked && !child && condition.event) key("event", eventText(condition.event));
    if (!owns && condition.path) key("path", pathText(condition.path));
    if (!flag && condition.key != 0) key("key", std::to_string(condition.key));
    if (!condition.reads.empty()) key("reads", eventsText(condition.reads));
    if (block.successors.size() == 2)
      add(" ? b" + std::to_string(block.successors[0].value) + " : b" +
          std::to_string(block.successors[1].value));
    else
      add(" to" + names());
    add("\n");
  }

  // ---- Events

  void eventLine(const Function& function, EventId id) {
    const Event& event = function.events[id.value];
    add("    ");
    if (id.value != next_event_ || referenced_.count(id.value)) add(eventText(id) + " = ");
    next_event_ = id.value + 1;
    Event said; // what the reader knows after what has been written
    said.kind = event.kind;
    mainForm(event, said, id);
    attributes(event, said);
    add(" " + placeText(event.place, usual_file_) + "\n");
  }

  void mainForm(const Event& event, Event& said, EventId self) {
    const auto withPath = [&](std::string_view verb) {
      add(std::string(verb) + " " + pathText(event.path));
      said.path = event.path;
    };
    const auto withLocks = [&](std::string_view verb) {
      add(std::string(verb) + " " + locksText(event.locks));
      said.locks = event.locks;
    };
    switch (event.kind) {
    case EventKind::Access:
      withPath(wordFor(event.access));
      said.access = event.access;
      said.type_class = classOfObject(unit_, event.path);
      said.atomic = usualOp(event.type_class, event.access);
      break;
    case EventKind::Acquire:
      withLocks(event.flavour == Flavour::Try     ? "try_acquire"
                : event.flavour == Flavour::Timed ? "timed_acquire"
                                                  : "acquire");
      said.flavour = event.flavour;
      break;
    case EventKind::Release: withLocks("release"); break;
    case EventKind::AssertHeld: withLocks("assert_held"); break;
    case EventKind::GuardCreate: {
      const bool acquires = event.guard_how == GuardHow::Acquire;
      add("guard " + pathText(event.path) + " = ");
      said.path = event.path;
      if (acquires && event.flavour == Flavour::Try)
        withLocks("try_acquire");
      else if (acquires && event.flavour == Flavour::Timed)
        withLocks("timed_acquire");
      else
        withLocks(wordFor(event.guard_how));
      said.guard_how = event.guard_how;
      if (acquires) said.flavour = event.flavour;
      break;
    }
    case EventKind::GuardAcquire: withPath("guard_acquire"); break;
    case EventKind::GuardRelease: withPath("guard_release"); break;
    case EventKind::GuardDisown: withPath("guard_disown"); break;
    case EventKind::GuardDestroy: withPath("guard_destroy"); break;
    case EventKind::GuardMove:
      withPath("guard_move");
      add(" = " + pathText(event.value));
      said.value = event.value;
      break;
    case EventKind::Call:
    case EventKind::Spawn:
      add(event.kind == EventKind::Call ? "call " : "spawn ");
      add(event.callee ? entityText(event.callee) : "?");
      said.callee = event.callee;
      if (event.kind == EventKind::Spawn && event.path) {
        key("handle", pathText(event.path));
        said.path = event.path;
      }
      break;
    case EventKind::Join: withPath("join"); break;
    case EventKind::Detach: withPath("detach"); break;
    case EventKind::Notify: withPath("notify"); break;
    case EventKind::Wait:
      withPath("wait");
      if (!event.locks.empty()) {
        add(" with " + locksText(event.locks));
        said.locks = event.locks;
      }
      break;
    case EventKind::Fresh: {
      const bool own = event.path && unit_[event.path].root == RootKind::Alloc &&
                       unit_[event.path].entity == here_ && unit_[event.path].site == self &&
                       unit_[event.path].steps.empty() && !unit_[event.path].widened;
      add(own ? "fresh" : "fresh " + pathText(event.path));
      said.path = event.path;
      break;
    }
    case EventKind::Escape:
      withPath("escape");
      word(wordFor(event.escape));
      said.escape = event.escape;
      break;
    case EventKind::Return:
      add("return");
      if (event.value_kind != ValueKind::None) {
        word(wordFor(event.value_kind));
        if (event.value) word(pathText(event.value));
        said.value_kind = event.value_kind;
        said.value = event.value;
      }
      break;
    case EventKind::Throw: add("throw"); break;
    case EventKind::SetFlag:
      withPath("set_flag");
      word("=");
      word(event.flags == (kFlagKnown | kFlagTrue) ? "true"
           : event.flags == kFlagKnown             ? "false"
                                                   : "unknown");
      break;
    case EventKind::HandleMove: withPath("handle_move"); break;
    case EventKind::End: withPath("end"); break;
    case EventKind::Probe:
      add("probe " + (event.label ? quoted(unit_.text(event.label)) : "?"));
      said.label = event.label;
      break;
    }
  }

  void attributes(const Event& event, const Event& said) {
    if (event.mode != said.mode) word(wordFor(event.mode));
    if (event.flavour != said.flavour) key("flavour", std::string(wordFor(event.flavour)));
    if (event.guard_how != said.guard_how) key("how", std::string(wordFor(event.guard_how)));
    if (event.escape != said.escape) key("escape", std::string(wordFor(event.escape)));
    if (event.access != said.access) key("access", std::string(wordFor(event.access)));
    if (event.type_class != said.type_class) key("class", std::string(wordFor(event.type_class)));
    if (event.atomic != said.atomic) key("op", std::string(wordFor(event.atomic)));
    if (event.value_kind != said.value_kind) key("value_kind", std::string(wordFor(event.value_kind)));
    if (event.callee != said.callee) key("callee", entityText(event.callee));
    if (event.path != said.path) key("path", pathText(event.path));
    if (event.value != said.value) key("value", pathText(event.value));
    if (event.receiver) key("receiver", pathText(event.receiver));
    if (event.locks != said.locks) key("locks", locksText(event.locks));
    if (!event.arguments.empty())
      key("args",
          listText(event.arguments, [&](const Argument& argument) { return argumentText(argument); }));
    for (const auto& flag : eventFlags())
      if (event.*flag.member) word(flag.word);
    flags(event);
    if (event.rounds == kRoundsPerItem)
      key("rounds", "items");
    else if (event.rounds != 0)
      key("rounds", std::to_string(event.rounds));
    if (event.label != said.label) key("label", quoted(unit_.text(event.label)));
    if (!event.inputs.empty()) key("inputs", eventsText(event.inputs));
  }

  void flags(const Event& event) {
    const bool spawn = event.kind == EventKind::Spawn;
    if (event.kind == EventKind::SetFlag &&
        (event.flags == (kFlagKnown | kFlagTrue) || event.flags == kFlagKnown || event.flags == 0))
      return; // said
    std::uint16_t rest = event.flags;
    const auto bits = bitsOf(event.kind);
    for (const Bit& bit : bits)
      rest &= static_cast<std::uint16_t>(~bit.bit);
    const std::uint16_t implied = spawn && event.in_loop ? kSpawnInLoop : 0; // by the word in_loop
    if (rest != implied) return key("flags", hex(event.flags));
    for (const Bit& bit : bits)
      if (event.flags & bit.bit) word(bit.word);
  }

  std::string argumentText(const Argument& argument) const {
    std::string text(wordFor(argument.kind));
    const bool callable = argument.kind == ValueKind::Callable;
    if (callable) text += argument.callable ? " " + entityText(argument.callable) : " ?";
    if (argument.path) text += (callable ? " at " : " ") + pathText(argument.path);
    if (!callable && argument.callable) text += " calls=" + entityText(argument.callable);
    return text;
  }

  const Unit& unit_;
  std::string out_;
  std::vector<std::string> handles_; ///< by entity
  std::vector<EntityId> scopes_;     ///< by entity: the function whose names it belongs to, or none
  std::vector<EntityId> lines_;      ///< entities that have a line of their own outside functions
  std::unordered_map<EntityId, FunctionId> records_;
  std::unordered_map<EntityId, std::vector<EntityId>> inside_;
  std::unordered_map<EntityId, Names> names_; ///< by function
  Names unit_names_;
  std::unordered_map<EntityId, std::size_t> unnamed_;
  std::unordered_map<std::string, int> field_names_;
  std::vector<std::string> file_names_;
  FileId main_file_;

  // the function being written
  EntityId here_;
  const Function* current_ = nullptr; ///< with here_
  FileId usual_file_;
  std::uint32_t parameter_count_ = 0;
  std::uint32_t next_event_ = 0;
  std::unordered_set<std::uint32_t> referenced_;
};

} // namespace
} // namespace text

std::string write(const Unit& unit) {
  return text::Writer(unit).run();
}

} // namespace racecourse::model
