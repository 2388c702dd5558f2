#include "tests/unit/model/random_unit.h"

#include <algorithm>

namespace racecourse::model::testing {
namespace {

class Maker {
public:
  Maker(std::uint64_t seed, const RandomShape& shape) : random_(seed), shape_(shape) {}

  Unit run() {
    unit_.main_file = shape_.main_file;
    unit_.lines = static_cast<std::uint32_t>(below(100000));
    for (std::size_t i = below(4); i > 0; --i)
      unit_.dependencies.push_back("/src/" + word() + ".h");
    std::sort(unit_.dependencies.begin(), unit_.dependencies.end());
    if (chance(2)) unit_.intern(File{shape_.main_file, false});
    for (std::size_t i = 1 + below(5); i > 0; --i)
      unit_.intern(File{filePath(), chance(3)});
    for (int i = 0; i < shape_.entity_count; ++i)
      identity(i);
    for (int i = 0; i < shape_.path_count; ++i)
      path();
    for (std::size_t i = 0; i < unit_.entities.size(); ++i)
      content(unit_.entities[i]);
    for (int i = 0; i < shape_.function_count; ++i)
      function();
    for (std::size_t i = below(4); i > 0; --i)
      note();
    return std::move(unit_);
  }

private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  template <typename E> E any(E last) { return static_cast<E>(below(static_cast<std::size_t>(last) + 1)); }
  template <typename T> const T& one(const std::vector<T>& of) { return of[below(of.size())]; }

  std::string word() {
    static const std::vector<std::string> kWords = {
        "a",    "mu",       "counter", "this", "result",   "alloc", "unknown", "global", "local",    "param",
        "none", "shared",   "try",     "with", "to",       "copy",  "value",   "object", "main",     "again",
        "type", "function", "unit",    "b0",   "unnamed1", "usr",   "calls",   "branch", "unplaced", "true"};
    return one(kWords);
  }

  std::string oddText() {
    static const std::vector<std::string> kPieces = {"\"",
                                                     "\\",
                                                     "\n",
                                                     "\t",
                                                     "//",
                                                     "::",
                                                     "%1",
                                                     "@3:4",
                                                     " ",
                                                     "->",
                                                     "(",
                                                     ")",
                                                     "...",
                                                     "=",
                                                     ",",
                                                     "\xc3\xa9",
                                                     std::string(1, '\0'),
                                                     "\x7f",
                                                     "/",
                                                     "[*]",
                                                     "0x1",
                                                     "~",
                                                     "\r"};
    std::string text;
    for (std::size_t i = 1 + below(4); i > 0; --i)
      text += chance(2) ? one(kPieces) : word();
    return text;
  }

  std::string name() {
    if (chance(5)) return oddText();
    if (chance(2)) return word();
    return word() + "::" + word();
  }

  std::string filePath() {
    if (chance(6)) return oddText();
    return "/src/" + word() + (chance(2) ? "/" + word() : "") + ".cpp";
  }

  Place place() {
    Place place;
    if (chance(6)) return place;
    if (!chance(6)) place.file = FileId(below(unit_.files.size()));
    place.line = static_cast<std::uint32_t>(chance(9) ? ~std::uint32_t{0} : below(300));
    place.column = static_cast<std::uint32_t>(below(90));
    return place;
  }

  StringId text() { return chance(3) ? StringId() : unit_.intern(name()); }
  EntityId entity() { return chance(4) ? EntityId() : someEntity(); }
  EntityId someEntity() { return EntityId(below(unit_.entities.size())); }
  EntityId entityOf(EntityKind kind) {
    for (int i = 0; i < 30; ++i)
      if (const EntityId id = someEntity(); unit_[id].kind == kind) return id;
    return {};
  }
  PathId path_id() { return chance(3) ? PathId() : somePath(); }
  PathId somePath() { return PathId(below(unit_.paths.size())); }

  void identity(int number) {
    Entity entity;
    entity.kind = any(EntityKind::Type);
    if (number == 0) entity.kind = EntityKind::Function;
    entity.name = chance(8) ? StringId() : unit_.intern(name());
    // USRs are unique, or as shared as the pool is small; sometimes they are the name itself.
    const std::string usr = shape_.shared_names ? "c:" + std::to_string(below(60))
                            : chance(4)         ? name()
                                                : "c:@" + name() + "#" + std::to_string(number);
    entity.usr = chance(30) ? StringId() : unit_.intern(usr);
    if (chance(4)) entity.space = unit_.intern(shape_.main_file);
    unit_.intern(entity);
  }

  void content(Entity& entity) {
    if (!chance(4)) { // as things are
      if (entity.kind == EntityKind::Parameter || entity.kind == EntityKind::Local ||
          entity.kind == EntityKind::StaticLocal)
        entity.parent = entityOf(EntityKind::Function);
      if (entity.kind == EntityKind::Field) entity.parent = entityOf(EntityKind::Type);
    } else {
      entity.parent = this->entity();
    }
    entity.type_class = any(TypeClass::Handle);
    if (chance(2)) entity.lock = any(LockKind::Unknown);
    for (bool Entity::* flag : {&Entity::is_reference, &Entity::is_pointer, &Entity::is_volatile,
                                &Entity::is_private, &Entity::is_container, &Entity::in_system_header})
      entity.*flag = chance(4);
    if (entity.kind == EntityKind::Function && !chance(3)) { // most functions are plain
      const EntityKind kind = entity.kind;
      Entity plain;
      plain.usr = entity.usr;
      plain.space = entity.space;
      plain.name = entity.name;
      plain.parent = entity.parent;
      plain.kind = kind;
      entity = plain;
    }
    entity.type_name = text();
    entity.type = this->entity();
    entity.place = place();
    if (entity.kind != EntityKind::Function || chance(4)) {
      entity.index = static_cast<std::uint32_t>(below(3));
      if (chance(3)) entity.guarded_by = path_id();
      if (chance(3)) entity.pt_guarded_by = path_id();
      for (std::size_t i = below(3); i > 0; --i)
        entity.bases.push_back(someEntity());
    }
    for (std::size_t i = below(2); i > 0; --i)
      entity.overrides.push_back(someEntity());
  }

  void path() {
    Path path;
    path.root = any(RootKind::Unknown);
    path.widened = chance(6);
    switch (path.root) {
    case RootKind::Global: path.entity = entityOf(EntityKind::Global); break;
    case RootKind::Local: path.entity = entityOf(EntityKind::Local); break;
    case RootKind::Parameter: path.entity = entityOf(EntityKind::Parameter); break;
    case RootKind::Unknown: path.entity = entityOf(EntityKind::Type); break;
    default: path.entity = entityOf(EntityKind::Function); break;
    }
    if (chance(6)) path.entity = entity();
    if (!chance(4)) path.site = EventId(below(chance(8) ? EventId::kNone : 12));
    for (std::size_t i = below(kMaxSteps + 3); i > 0; --i) {
      Step step;
      step.kind = any(StepKind::Index);
      if (!chance(8)) step.field = entityOf(EntityKind::Field);
      if (chance(2)) step.index = static_cast<std::int64_t>(below(5)) - 1;
      if (chance(20)) step.index = INT64_MAX;
      path.steps.push_back(step);
    }
    unit_.intern(path);
  }

  Event event(std::size_t event_count) {
    Event event;
    event.kind = any(EventKind::Probe);
    const bool odd = chance(5); // members that mean nothing for the kind
    event.place = place();
    event.path = path_id();
    event.in_loop = chance(3);
    if (odd || event.kind == EventKind::Access) {
      event.access = any(AccessKind::AddressTaken);
      if (chance(2)) event.type_class = any(TypeClass::Handle);
      event.atomic = any(AtomicOp::CompareExchange);
      event.initialises = chance(4);
      event.by_library = chance(4);
      if (chance(3)) event.flags = kAccessGrows;
    }
    if (chance(2)) event.mode = any(Mode::Shared);
    if (chance(2)) event.flavour = any(Flavour::Timed);
    if (odd || event.kind == EventKind::GuardCreate) event.guard_how = any(GuardHow::Defer);
    if (odd || event.kind == EventKind::Escape) event.escape = any(EscapeHow::Published);
    if (odd || event.kind == EventKind::Return) event.value_kind = any(ValueKind::Callable);
    if (odd || chance(3)) event.value = path_id();
    event.has_predicate = chance(6);
    event.all_elements = chance(6);
    if (odd || event.kind == EventKind::Call || event.kind == EventKind::Spawn) {
      event.flags = static_cast<std::uint16_t>(chance(3) ? below(0x10000) : 1u << below(12));
      if (chance(3)) event.flags = event.in_loop ? 1 : 0;
      if (chance(3)) event.rounds = chance(2) ? kRoundsPerItem : static_cast<std::uint32_t>(below(100));
      event.receiver = path_id();
      event.callee = chance(4) ? entity() : entityOf(EntityKind::Function);
      event.label = text();
      for (std::size_t i = below(4); i > 0; --i) {
        Argument argument;
        argument.kind = any(ValueKind::Callable);
        argument.path = path_id();
        if (chance(2)) argument.callable = entityOf(EntityKind::Function);
        event.arguments.push_back(argument);
      }
    }
    if (event.kind == EventKind::Probe) event.label = text();
    for (std::size_t i = below(3); i > 0; --i)
      event.locks.push_back(somePath());
    for (std::size_t i = below(3); i > 0; --i)
      event.inputs.push_back(EventId(below(event_count)));
    return event;
  }

  void function() {
    Function function;
    function.entity = entityOf(EntityKind::Function);
    if (!function.entity) return;
    for (const Function& known : unit_.functions)
      if (known.entity == function.entity && !chance(4)) return; // few functions have two records
    for (bool Function::* flag :
         {&Function::is_constructor, &Function::is_destructor, &Function::is_virtual, &Function::is_lambda,
          &Function::is_main, &Function::is_exported, &Function::is_private, &Function::address_taken,
          &Function::is_noexcept, &Function::runs_before_main, &Function::analysis_off,
          &Function::in_system_header, &Function::widened})
      function.*flag = chance(4);
    function.this_type = chance(2) ? unit_[function.entity].parent : entity();
    if (chance(3)) function.enclosing = entityOf(EntityKind::Function);
    for (std::size_t i = 0; i < unit_.entities.size(); ++i)
      if (unit_.entities[i].kind == EntityKind::Parameter && unit_.entities[i].parent == function.entity)
        function.parameters.push_back(EntityId(i));
    if (chance(4)) function.parameters.push_back(someEntity());
    function.place = place();
    if (chance(2)) { // declared by its own line
      Entity& entity = unit_[function.entity];
      entity.place = function.place;
      entity.is_private = function.is_private;
      entity.in_system_header = function.in_system_header;
    }
    function.end = place();
    for (std::size_t i = below(3); i > 0; --i)
      function.contracts.push_back(
          Contract{any(Contract::Kind::ReturnsLock), any(Mode::Shared), chance(2), path_id()});
    if (!chance(4)) body(function);
    unit_.functions.push_back(std::move(function));
  }

  void body(Function& function) {
    function.body_hash = chance(5) ? random_() : below(3);
    const std::size_t event_count = 1 + below(12);
    for (std::size_t i = 0; i < event_count; ++i)
      function.events.push_back(event(event_count));
    function.blocks.resize(below(5));
    for (std::size_t i = 0; i < event_count && !function.blocks.empty(); ++i) {
      if (chance(8)) continue;
      function.blocks[below(function.blocks.size())].events.push_back(EventId(i));
      if (chance(8))
        function.blocks[below(function.blocks.size())].events.push_back(EventId(below(event_count)));
    }
    for (Block& block : function.blocks) {
      for (std::size_t i = below(4); i > 0; --i)
        block.successors.push_back(BlockId(below(function.blocks.size())));
      if (block.successors.size() != 2 && !chance(5)) continue;
      Condition& condition = block.condition;
      condition.kind = any(ConditionKind::Flag);
      condition.negated = chance(3);
      condition.compares_identity = chance(4);
      if (chance(2)) condition.event = EventId(below(event_count));
      if (chance(2)) condition.path = path_id();
      if (chance(2)) condition.key = random_();
      for (std::size_t i = below(3); i > 0; --i)
        condition.reads.push_back(EventId(below(event_count)));
    }
  }

  void note() {
    Note note;
    note.kind = any(Note::Kind::DifferingBodies);
    note.function = chance(2) ? entityOf(EntityKind::Function) : EntityId();
    note.place = place();
    note.text = chance(5) ? std::string() : oddText();
    unit_.notes.push_back(note);
  }

  std::mt19937_64 random_; // its numbers, unlike the distributions', are fixed by the standard
  const RandomShape& shape_;
  Unit unit_;
};

class Resolver {
public:
  explicit Resolver(const Unit& unit) : unit_(unit) {}

  std::string run() {
    std::vector<std::string> lines;
    for (const File& file : unit_.files)
      lines.push_back("file|" + file.path + flag(file.system));
    for (const Entity& entity : unit_.entities)
      lines.push_back("entity" + of(entity));
    std::sort(lines.begin(), lines.end());
    std::string text = unit_.main_file + number(unit_.lines);
    for (const std::string& path : unit_.dependencies)
      text += "|" + path;
    for (const std::string& line : lines)
      text += "\n" + line;
    for (const Function& function : unit_.functions)
      text += "\nfunction" + of(function);
    for (const Note& note : unit_.notes)
      text += "\nnote" + number(static_cast<int>(note.kind)) + of(note.function) + of(note.place) + "|" +
              note.text;
    return text;
  }

private:
  static std::string flag(bool value) { return value ? "|yes" : "|no"; }
  template <typename T> static std::string number(T value) { return "|" + std::to_string(value); }
  template <typename E> static std::string word(E value) { return number(static_cast<int>(value)); }
  template <typename Tag> static std::string plain(Id<Tag> id) { return id ? number(id.value) : "|-"; }

  std::string of(StringId id) const { return "|'" + std::string(unit_.text(id)) + "'"; }
  std::string of(EntityId id) const {
    if (!id) return "|no entity";
    return "|<" + of(unit_[id].usr) + of(unit_[id].space) + word(unit_[id].kind) + ">";
  }
  std::string of(const Place& place) const {
    return "|@" + (place.file ? unit_[place.file].path : std::string("no file")) + number(place.line) +
           number(place.column);
  }
  std::string of(PathId id) const {
    if (!id) return "|no path";
    const Path& path = unit_[id];
    std::string text = "|path" + word(path.root) + flag(path.widened) + of(path.entity) + plain(path.site);
    for (const Step& step : path.steps)
      text += "|step" + word(step.kind) + of(step.field) + number(step.index);
    return text;
  }
  template <typename T> std::string all(const std::vector<T>& items) const {
    std::string text = "|[";
    for (const T& item : items)
      text += of(item);
    return text + "]";
  }
  std::string of(EventId id) const { return plain(id); }
  std::string of(BlockId id) const { return plain(id); }
  std::string of(const Argument& argument) const {
    return word(argument.kind) + of(argument.path) + of(argument.callable);
  }

  std::string of(const Entity& e) const {
    return word(e.kind) + of(e.usr) + of(e.space) + word(e.type_class) + word(e.lock) + flag(e.is_reference) +
           flag(e.is_pointer) + flag(e.is_volatile) + flag(e.is_private) + flag(e.is_container) +
           flag(e.in_system_header) + of(e.name) + of(e.type_name) + of(e.parent) + of(e.type) +
           number(e.index) + of(e.place) + all(e.bases) + all(e.overrides) + of(e.guarded_by) +
           of(e.pt_guarded_by);
  }

  std::string of(const Contract& c) const {
    return word(c.kind) + word(c.mode) + flag(c.success_value) + of(c.lock);
  }

  std::string of(const Event& e) const {
    return "\n  event" + word(e.kind) + word(e.access) + word(e.type_class) + word(e.atomic) + word(e.mode) +
           word(e.flavour) + word(e.guard_how) + word(e.escape) + word(e.value_kind) + flag(e.initialises) +
           flag(e.in_loop) + flag(e.has_predicate) + flag(e.all_elements) + flag(e.by_library) +
           number(e.flags) + number(e.rounds) + of(e.place) + of(e.path) + of(e.value) + of(e.receiver) + of(e.callee) +
           of(e.label) + all(e.locks) + all(e.arguments) + all(e.inputs);
  }

  std::string of(const Block& b) const {
    const Condition& c = b.condition;
    return "\n  block" + all(b.events) + all(b.successors) + word(c.kind) + flag(c.negated) +
           flag(c.compares_identity) + of(c.event) + of(c.path) + number(c.key) + all(c.reads);
  }

  std::string of(const Function& f) const {
    return of(f.entity) + of(f.this_type) + of(f.enclosing) + all(f.parameters) + number(f.body_hash) +
           flag(f.is_constructor) + flag(f.is_destructor) + flag(f.is_virtual) + flag(f.is_lambda) +
           flag(f.is_main) + flag(f.is_exported) + flag(f.is_private) + flag(f.address_taken) +
           flag(f.is_noexcept) + flag(f.runs_before_main) + flag(f.analysis_off) + flag(f.in_system_header) +
           flag(f.widened) + of(f.place) + of(f.end) + all(f.contracts) + all(f.events) + all(f.blocks);
  }

  const Unit& unit_;
};

} // namespace

Unit randomUnit(std::uint64_t seed, const RandomShape& shape) {
  return Maker(seed, shape).run();
}

std::string resolved(const Unit& unit) {
  return Resolver(unit).run();
}

} // namespace racecourse::model::testing
