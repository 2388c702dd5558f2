#include "checker/model/well_formed.h"

namespace racecourse::model {
namespace {

class Check {
public:
  explicit Check(const Unit& unit) : unit_(unit) {}

  std::string run() {
    for (std::size_t i = 0; fault_.empty() && i < unit_.entities.size(); ++i) {
      where_ = "entity " + std::to_string(i);
      entity(unit_.entities[i]);
    }
    for (std::size_t i = 0; fault_.empty() && i < unit_.paths.size(); ++i) {
      where_ = "path " + std::to_string(i);
      path(unit_.paths[i]);
    }
    for (std::size_t i = 0; fault_.empty() && i < unit_.functions.size(); ++i) {
      where_ = "function " + std::to_string(i);
      function(unit_.functions[i]);
    }
    for (std::size_t i = 0; fault_.empty() && i < unit_.notes.size(); ++i) {
      where_ = "note " + std::to_string(i);
      const Note& note = unit_.notes[i];
      value(note.kind, Note::Kind::DifferingBodies);
      optional(note.function);
      place(note.place);
    }
    return fault_;
  }

private:
  void fail(const char* what) {
    if (fault_.empty()) fault_ = where_ + " " + what + ".";
  }

  bool inside(StringId id) const { return id.value < unit_.strings.size(); }
  bool inside(FileId id) const { return id.value < unit_.files.size(); }
  bool inside(EntityId id) const { return id.value < unit_.entities.size(); }
  bool inside(PathId id) const { return id.value < unit_.paths.size(); }
  bool inside(BlockId id) const { return id.value < function_->blocks.size(); }
  bool inside(EventId id) const { return id.value < function_->events.size(); }

  template <typename T> void optional(Id<T> id) {
    if (id && !inside(id)) fail("refers to something that is not there");
  }
  template <typename T> void required(Id<T> id) {
    if (!id || !inside(id)) fail("lacks something, or refers to something that is not there");
  }
  template <typename T> void all(const std::vector<Id<T>>& ids) {
    for (const Id<T> id : ids)
      required(id);
  }
  template <typename E> void value(E given, E last) {
    if (given > last) fail("has a value out of range");
  }
  void place(const Place& place) { optional(place.file); }

  void entity(const Entity& entity) {
    value(entity.kind, EntityKind::Type);
    value(entity.type_class, TypeClass::Handle);
    value(entity.lock, LockKind::Unknown);
    optional(entity.usr);
    optional(entity.space);
    optional(entity.name);
    optional(entity.type_name);
    optional(entity.parent);
    optional(entity.type);
    place(entity.place);
    all(entity.bases);
    all(entity.overrides);
    optional(entity.guarded_by);
    optional(entity.pt_guarded_by);
  }

  void path(const Path& path) {
    value(path.root, RootKind::Unknown);
    optional(path.entity);
    if (path.steps.size() > kMaxSteps) fail("has too many steps");
    for (const Step& step : path.steps) {
      value(step.kind, StepKind::Index);
      optional(step.field);
      if (fault_.empty() && step.field && unit_[step.field].kind != EntityKind::Field)
        fail("steps to a field that is none");
    }
  }

  void function(const Function& function) {
    function_ = &function;
    required(function.entity);
    if (fault_.empty() && unit_[function.entity].kind != EntityKind::Function)
      fail("is the record of something that is not a function");
    optional(function.this_type);
    optional(function.enclosing);
    all(function.parameters);
    place(function.place);
    place(function.end);
    for (const Contract& contract : function.contracts) {
      value(contract.kind, Contract::Kind::ReturnsLock);
      value(contract.mode, Mode::Shared);
      optional(contract.lock);
    }
    for (const Event& each : function.events)
      event(each);
    for (const Block& block : function.blocks) {
      all(block.events);
      all(block.successors);
      value(block.condition.kind, ConditionKind::Flag);
      optional(block.condition.event);
      optional(block.condition.path);
      all(block.condition.reads);
    }
  }

  void event(const Event& event) {
    value(event.kind, EventKind::Probe);
    value(event.access, AccessKind::AddressTaken);
    value(event.type_class, TypeClass::Handle);
    value(event.atomic, AtomicOp::CompareExchange);
    value(event.mode, Mode::Shared);
    value(event.flavour, Flavour::Timed);
    value(event.guard_how, GuardHow::Defer);
    value(event.escape, EscapeHow::Published);
    value(event.value_kind, ValueKind::Callable);
    place(event.place);
    optional(event.path);
    optional(event.value);
    optional(event.receiver);
    optional(event.callee);
    optional(event.label);
    all(event.locks);
    for (const Argument& argument : event.arguments) {
      value(argument.kind, ValueKind::Callable);
      optional(argument.path);
      optional(argument.callable);
    }
    all(event.inputs);
  }

  const Unit& unit_;
  const Function* function_ = nullptr;
  std::string where_;
  std::string fault_;
};

} // namespace

std::string faultOf(const Unit& unit) {
  return Check(unit).run();
}

} // namespace racecourse::model
