#include "tests/bench/analysis/synthetic_program.h"

#include <random>
#include <string>

namespace racecourse::bench {

using namespace model;

namespace {

constexpr std::size_t kFunctionsPerUnit = 500;
constexpr std::size_t kMethodsPerClass = 10;
constexpr std::size_t kFieldsPerClass = 5;

std::string functionName(std::size_t i) {
  return "C" + std::to_string(i / kMethodsPerClass) + "::f" + std::to_string(i);
}

class UnitMaker {
public:
  UnitMaker(const Shape& shape, std::size_t first, std::size_t last)
      : shape_(shape), first_(first), last_(last), random_(static_cast<unsigned>(first * 7919 + 17)) {
    unit_.main_file = "/bench/unit" + std::to_string(first) + ".cpp";
    file_ = unit_.intern(File{unit_.main_file, false});
  }

  Unit make() {
    for (std::size_t i = first_; i < last_; ++i)
      addMethod(i);
    if (first_ == 0) addMain();
    unit_.lines = static_cast<std::uint32_t>((last_ - first_) * 12);
    return std::move(unit_);
  }

private:
  EntityId entity(EntityKind kind, const std::string& usr, EntityId parent = {},
                  TypeClass type = TypeClass::Plain, LockKind lock = LockKind::None) {
    Entity made;
    made.kind = kind;
    made.usr = unit_.intern(usr);
    made.name = made.usr;
    made.parent = parent;
    made.type_class = type;
    made.lock = lock;
    made.place = {file_, 1, 1};
    return unit_.intern(made);
  }
  EntityId type(std::size_t c) { return entity(EntityKind::Type, "C" + std::to_string(c)); }
  EntityId field(std::size_t c, std::size_t f) {
    return entity(EntityKind::Field, "C" + std::to_string(c) + "::x" + std::to_string(f), type(c));
  }
  EntityId mutexOf(std::size_t c) {
    return entity(EntityKind::Field, "C" + std::to_string(c) + "::mu", type(c), TypeClass::Lock,
                  LockKind::Mutex);
  }
  EntityId method(std::size_t i) {
    return entity(EntityKind::Function, functionName(i), type(i / kMethodsPerClass));
  }
  EntityId instance(std::size_t c) {
    EntityId made = entity(EntityKind::Global, "g" + std::to_string(c));
    unit_[made].type = type(c);
    return made;
  }
  PathId path(RootKind root, EntityId entity_id, EntityId field_id = {}) {
    Path made;
    made.root = root;
    made.entity = entity_id;
    if (field_id) made.steps.push_back({StepKind::Field, field_id, -1});
    return unit_.intern(made);
  }
  Event event(EventKind kind) {
    Event made;
    made.kind = kind;
    made.place = {file_, ++line_, 3};
    return made;
  }
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

  void addMethod(std::size_t i) {
    std::size_t c = i / kMethodsPerClass;
    Function function;
    function.entity = method(i);
    function.this_type = type(c);
    function.is_exported = true;
    function.body_hash = i;
    function.place = {file_, ++line_, 1};
    function.blocks.resize(4);
    auto add = [&](std::size_t block, Event e) {
      function.events.push_back(std::move(e));
      function.blocks[block].events.push_back(EventId(function.events.size() - 1));
    };
    bool locks = std::uniform_real_distribution<>(0, 1)(random_) < shape_.locking_share;
    EntityId guard;
    if (locks) {
      guard = entity(EntityKind::Local, functionName(i) + "@g", function.entity, TypeClass::Guard);
      Event create = event(EventKind::GuardCreate);
      create.path = path(RootKind::Local, guard);
      create.locks.push_back(path(RootKind::This, function.entity, mutexOf(c)));
      add(0, create);
    }
    for (std::size_t n = 0; n < 3; ++n) {
      if (!locks && shape_.well_guarded) break;
      Event access = event(EventKind::Access);
      access.path = path(RootKind::This, function.entity, field(c, pick(kFieldsPerClass)));
      access.access = pick(3) == 0 ? AccessKind::Write : AccessKind::Read;
      add(n, access);
    }
    std::size_t total = shape_.functions;
    for (std::size_t n = 0; n < 2 && i + 1 < total; ++n) {
      // Mostly near, sometimes anywhere: call graphs are local.
      std::size_t span = pick(8) == 0 ? total - i - 1 : std::min<std::size_t>(total - i - 1, 40);
      std::size_t target = i + 1 + pick(span);
      if (pick(100) == 0) target = i - std::min<std::size_t>(i, pick(10)); // recursion, over short ways
      Event call = event(EventKind::Call);
      call.callee = method(target);
      call.receiver = target / kMethodsPerClass == c
                          ? path(RootKind::This, function.entity)
                          : path(RootKind::Global, instance(target / kMethodsPerClass));
      add(1 + n, call);
    }
    if (locks) {
      Event destroy = event(EventKind::GuardDestroy);
      destroy.path = path(RootKind::Local, guard);
      add(3, destroy);
    }
    function.blocks[0].successors = {BlockId(1), BlockId(2)};
    function.blocks[1].successors = {BlockId(3)};
    function.blocks[2].successors = {BlockId(3)};
    unit_.functions.push_back(std::move(function));
  }

  void addMain() {
    Function main;
    main.entity = entity(EntityKind::Function, "main");
    main.is_main = true;
    main.blocks.resize(1);
    auto add = [&](Event e) {
      main.events.push_back(std::move(e));
      main.blocks[0].events.push_back(EventId(main.events.size() - 1));
    };
    for (std::size_t t = 0; t < shape_.threads; ++t) {
      std::size_t target = t * (shape_.functions / (shape_.threads + 1));
      Event spawn = event(EventKind::Spawn);
      spawn.callee = method(target);
      spawn.receiver = path(RootKind::Global, instance(target / kMethodsPerClass));
      spawn.path = path(RootKind::Local, entity(EntityKind::Local, "main@t" + std::to_string(t), main.entity,
                                                TypeClass::Handle));
      add(spawn);
    }
    for (std::size_t n = 0; n < 20; ++n) {
      std::size_t target = pick(shape_.functions);
      Event call = event(EventKind::Call);
      call.callee = method(target);
      call.receiver = path(RootKind::Global, instance(target / kMethodsPerClass));
      add(call);
    }
    unit_.functions.push_back(std::move(main));
  }

  const Shape& shape_;
  std::size_t first_, last_;
  std::mt19937 random_;
  Unit unit_;
  FileId file_;
  std::uint32_t line_ = 0;
};

} // namespace

std::vector<Unit> syntheticProgram(const Shape& shape) {
  std::vector<Unit> units;
  for (std::size_t first = 0; first < shape.functions; first += kFunctionsPerUnit)
    units.push_back(UnitMaker(shape, first, std::min(shape.functions, first + kFunctionsPerUnit)).make());
  return units;
}

} // namespace racecourse::bench
