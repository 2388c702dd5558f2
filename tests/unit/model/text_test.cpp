// The text form as people write it: what may be left out, what a line then means, and what is refused.
#include "checker/model/text.h"
#include "checker/model/well_formed.h"

#include <gtest/gtest.h>

namespace racecourse::model {
namespace {

Unit unitOf(std::string_view text) {
  Parsed parsed = parse(text);
  EXPECT_TRUE(parsed.unit) << parsed.failure;
  if (!parsed.unit) return Unit();
  EXPECT_EQ(faultOf(*parsed.unit), "");
  return std::move(*parsed.unit);
}

std::string failureOf(std::string_view text) {
  const Parsed parsed = parse(text);
  EXPECT_FALSE(parsed.unit);
  return parsed.failure;
}

EntityId entity(const Unit& unit, std::string_view usr) {
  const std::optional<EntityId> id = unit.find(usr);
  EXPECT_TRUE(id) << usr;
  return id.value_or(EntityId());
}

TEST(Text, TheHeadersExample) {
  const Unit unit = unitOf(R"(
  unit "/src/bank.cpp"                        // main file; may be left out
  type Account
  field Account::mu lock=mutex                // the class before the last :: is its parent
  field Account::balance guarded_by=this.mu
  global total atomic
  function Account::withdraw exported
    param amount
    local lk guard
    guard lk = acquire this.mu                // no block header: this is block b0
    %old = read this.balance
    branch reads=(%old) ? enough : out
  enough:
    write this.balance inputs=(%old)
    update total
    -> out
  out:
    guard_destroy lk
  function worker
    param a pointer type=Account
    call Account::withdraw receiver=a->* args=(copy)
  function main
    local acc type=Account
    local t handle
    spawn worker handle=t args=(object acc) in_loop
    join t
)");
  EXPECT_EQ(unit.main_file, "/src/bank.cpp");
  ASSERT_EQ(unit.functions.size(), 3u);

  const EntityId account = entity(unit, "Account");
  const EntityId mu = entity(unit, "Account::mu");
  EXPECT_EQ(unit[mu].parent, account);
  EXPECT_EQ(unit[mu].lock, LockKind::Mutex);
  EXPECT_EQ(unit[mu].type_class, TypeClass::Lock);
  const Path guard = unit[unit[entity(unit, "Account::balance")].guarded_by];
  EXPECT_EQ(guard.root, RootKind::This);
  EXPECT_FALSE(guard.entity);

  const Function& withdraw = unit.functions[0];
  EXPECT_TRUE(withdraw.is_exported);
  EXPECT_FALSE(withdraw.is_main);
  EXPECT_EQ(withdraw.this_type, account);
  ASSERT_EQ(withdraw.parameters.size(), 1u);
  EXPECT_EQ(unit[withdraw.parameters[0]].parent, withdraw.entity);
  ASSERT_EQ(withdraw.blocks.size(), 3u);
  EXPECT_EQ(withdraw.blocks[0].successors,
            (std::vector<BlockId>{BlockId(std::size_t{1}), BlockId(std::size_t{2})}));
  EXPECT_EQ(withdraw.blocks[0].condition.reads, (std::vector<EventId>{EventId(std::size_t{1})}));
  EXPECT_EQ(withdraw.events[0].kind, EventKind::GuardCreate);
  EXPECT_EQ(unit[withdraw.events[0].locks.at(0)].entity, withdraw.entity);
  EXPECT_EQ(withdraw.events[2].inputs, (std::vector<EventId>{EventId(std::size_t{1})}));
  EXPECT_EQ(withdraw.events[3].type_class, TypeClass::Atomic); // as total is
  EXPECT_EQ(withdraw.events[3].atomic, AtomicOp::Update);
  EXPECT_EQ(withdraw.events[0].place.line, 10u); // this text's
  EXPECT_EQ(unit[withdraw.events[0].place.file].path, "/src/bank.cpp");

  const Path receiver = unit[unit.functions[1].events[0].receiver];
  EXPECT_EQ(receiver.root, RootKind::Parameter);
  EXPECT_EQ(receiver.steps, (std::vector<Step>{Step{}}));

  EXPECT_TRUE(unit.functions[2].is_main);
  const Event& spawn = unit.functions[2].events[0];
  EXPECT_EQ(spawn.kind, EventKind::Spawn);
  EXPECT_EQ(spawn.callee, unit.functions[1].entity);
  EXPECT_TRUE(spawn.in_loop);
  EXPECT_EQ(spawn.flags, kSpawnInLoop);
  ASSERT_EQ(spawn.arguments.size(), 1u);
  EXPECT_EQ(spawn.arguments[0].kind, ValueKind::Object);
}

TEST(Text, EveryVerb) {
  const Unit unit = unitOf(R"(
global g
global m lock=mutex
global n lock=shared
global cv synchroniser
declare callee
function f
  local lk guard
  local l2 guard
  local t handle
  requires m shared
  try_acquires n success=false
  try_acquire m
  timed_acquire n shared
  acquire (m, n)
  release m
  assert_held n shared
  guard lk = adopt m
  guard lk = try_acquire (m, n)
  guard lk = defer m
  guard_acquire lk try
  guard_release lk
  guard_disown lk
  guard_move l2 = lk
  call ? virtual may_throw label="x"
  detach t
  wait cv with m value=lk predicate in_loop timed
  notify cv
  %new = fresh
  escape alloc(%new) captured
  address g
  return object g
  throw
  probe here
)");
  const std::vector<Event>& events = unit.functions[0].events;
  ASSERT_EQ(events.size(), 22u);
  EXPECT_EQ(events[0].flavour, Flavour::Try);
  EXPECT_EQ(events[1].flavour, Flavour::Timed);
  EXPECT_EQ(events[1].mode, Mode::Shared);
  EXPECT_EQ(events[2].locks.size(), 2u);
  EXPECT_EQ(events[3].kind, EventKind::Release);
  EXPECT_EQ(events[4].kind, EventKind::AssertHeld);
  EXPECT_EQ(events[5].guard_how, GuardHow::Adopt);
  EXPECT_EQ(events[6].guard_how, GuardHow::Acquire);
  EXPECT_EQ(events[6].flavour, Flavour::Try);
  EXPECT_EQ(events[7].guard_how, GuardHow::Defer);
  EXPECT_EQ(events[8].kind, EventKind::GuardAcquire);
  EXPECT_EQ(events[8].flavour, Flavour::Try);
  EXPECT_EQ(events[9].kind, EventKind::GuardRelease);
  EXPECT_EQ(events[10].kind, EventKind::GuardDisown);
  EXPECT_EQ(unit.describe(events[11].path), "l2"); // the destination
  EXPECT_EQ(unit.describe(events[11].value), "lk");
  EXPECT_EQ(events[12].flags, kCallVirtual | kCallMayThrow);
  EXPECT_EQ(unit.text(events[12].label), "x");
  EXPECT_EQ(events[13].kind, EventKind::Detach);
  EXPECT_EQ(events[14].locks.size(), 1u);
  EXPECT_TRUE(events[14].has_predicate && events[14].in_loop);
  EXPECT_EQ(events[14].flavour, Flavour::Timed);
  EXPECT_EQ(events[15].kind, EventKind::Notify);
  EXPECT_EQ(unit[events[16].path].root, RootKind::Alloc);
  EXPECT_EQ(unit[events[16].path].site, EventId(std::size_t{16}));
  EXPECT_EQ(events[17].path, events[16].path);
  EXPECT_EQ(events[17].escape, EscapeHow::Captured);
  EXPECT_EQ(events[18].access, AccessKind::AddressTaken);
  EXPECT_EQ(events[19].value_kind, ValueKind::Object);
  EXPECT_EQ(events[20].kind, EventKind::Throw);
  EXPECT_EQ(unit.text(events[21].label), "here");
  const std::vector<Contract>& contracts = unit.functions[0].contracts;
  ASSERT_EQ(contracts.size(), 2u);
  EXPECT_EQ(contracts[0].mode, Mode::Shared);
  EXPECT_EQ(contracts[1].kind, Contract::Kind::TryAcquires);
  EXPECT_FALSE(contracts[1].success_value);
}

TEST(Text, NamesAreFoundFromTheInsideOut) {
  const Unit unit = unitOf(R"(
global x
global y
function outer
  local x
  write x
  write /x
  write y
function inner lambda enclosing=outer
  write x
  write outer/x
function other
  write x
)");
  const EntityId global = entity(unit, "x");
  const EntityId local = entity(unit, "outer@x");
  const auto written = [&](std::size_t function, std::size_t event) {
    return unit[unit.functions[function].events[event].path].entity;
  };
  EXPECT_EQ(written(0, 0), local);
  EXPECT_EQ(written(0, 1), global);
  EXPECT_EQ(written(1, 0), local); // a capture by reference
  EXPECT_EQ(written(1, 1), local);
  EXPECT_EQ(written(2, 0), global);
}

TEST(Text, ThisInALambdaIsTheMethodsObject) {
  const Unit unit = unitOf(R"(
type T
field T::x
function lambda1 lambda enclosing=T::f
  write this.x
function T::f
  write this.x
)");
  EXPECT_EQ(unit.functions[0].events[0].path, unit.functions[1].events[0].path);
  EXPECT_EQ(unit[unit.functions[0].events[0].path].entity, unit.functions[1].entity);
}

TEST(Text, ShortFieldNamesFollowTheClass) {
  const Unit unit = unitOf(R"(
type Base
type A bases=(Base)
type B
field Base::base
field A::mu
field A::b pointer type=B
field B::mu
field B::base
function A::f
  read this.mu
  read this.b->mu
  read this.base
  read this.b->base
)");
  const auto last = [&](std::size_t event) {
    return unit[unit.functions[0].events[event].path].steps.back().field;
  };
  EXPECT_EQ(last(0), entity(unit, "A::mu"));
  EXPECT_EQ(last(1), entity(unit, "B::mu"));
  EXPECT_EQ(last(2), entity(unit, "Base::base"));
  EXPECT_EQ(last(3), entity(unit, "B::base"));
  EXPECT_EQ(failureOf("field A::mu\nfield B::mu\nglobal g\nfunction f\n  read g.mu\n"),
            "line 5: `mu` may be any of A::mu, B::mu");
}

TEST(Text, EventsHaveNumbersOrLabels) {
  const Unit unit = unitOf(R"(
global g
function f
  %2 = read g
  write g inputs=(%2, %0)
  %0 = read g
  %r = read g
  return inputs=(%r, %1)
)");
  const Function& function = unit.functions[0];
  const auto id = [](std::size_t value) { return EventId(value); };
  EXPECT_EQ(function.blocks[0].events, (std::vector<EventId>{id(2), id(3), id(0), id(1), id(4)}));
  EXPECT_EQ(function.events[3].inputs, (std::vector<EventId>{id(2), id(0)}));
  EXPECT_EQ(function.events[4].inputs, (std::vector<EventId>{id(1), id(1)}));
}

TEST(Text, PlacesCanBeGiven) {
  const Unit unit = unitOf("file \"/src/a.h\" system\n"
                           "global g @a.h:3:7\n"
                           "function f @b.cpp:10:1\n"
                           "  read g @11:5\n"
                           "  read g @none\n"
                           "  read g\n");
  const auto path = [&](const Place& place) { return place.file ? unit[place.file].path : std::string("-"); };
  EXPECT_EQ(path(unit[entity(unit, "g")].place), "/src/a.h");
  EXPECT_EQ(unit[entity(unit, "g")].place.line, 3u);
  EXPECT_EQ(unit[entity(unit, "g")].place.column, 7u);
  const std::vector<Event>& events = unit.functions[0].events;
  EXPECT_EQ(path(events[0].place), "b.cpp"); // the function's file
  EXPECT_EQ(events[0].place.line, 11u);
  EXPECT_EQ(events[1].place, Place());
  EXPECT_EQ(events[2].place.line, 6u);
  EXPECT_EQ(events[2].place.column, 3u);
}

TEST(Text, LongPathsAreWidened) {
  const Unit unit =
      unitOf("type T\nfield T::n pointer type=T\nglobal g type=T\nfunction f\n  read g.n->n->n->n\n");
  const Path path = unit[unit.functions[0].events[0].path];
  EXPECT_TRUE(path.widened);
  EXPECT_EQ(unit.describe(unit.functions[0].events[0].path), "T::n");
}

TEST(Text, FailuresNameTheLine) {
  EXPECT_EQ(failureOf("global a\nglobal a\n"), "line 2: `a` is declared twice");
  EXPECT_EQ(failureOf("read a\n"), "line 1: `read` is not a declaration, and no function is open");
  EXPECT_EQ(failureOf("function f\n  read nobody\n"), "line 2: nothing named `nobody` is declared");
  EXPECT_EQ(failureOf("function f\n  call nobody\n"),
            "line 2: nothing named `nobody` is declared in the unit");
  EXPECT_EQ(failureOf("function f\n\n  frobnicate f\n"), "line 3: `frobnicate` is not an event");
  EXPECT_EQ(failureOf("global a wobbly\n"), "line 1: `wobbly` is not understood here");
  EXPECT_EQ(failureOf("global a colour=red\n"), "line 1: `colour` is not a key of a declaration");
  EXPECT_EQ(failureOf("function f\n  -> b7\n"), "line 2: no block is named `b7`");
  EXPECT_EQ(failureOf("function f\n  throw inputs=(%9)\n"), "line 2: no event is labelled %9");
  EXPECT_EQ(failureOf("function f\n  %3 = throw\n"), "line 2: the function ends without its event %0");
  EXPECT_EQ(failureOf("function f\n  %0 = throw\n  %0 = throw\n"), "line 3: event %0 is declared twice");
  EXPECT_EQ(failureOf("type T\nfunction f\n  read T\n"),
            "line 3: `T` is not a variable (a path starts with a variable, this, result, alloc or unknown)");
  EXPECT_EQ(failureOf("global m lock=padlock\n"),
            "line 1: `padlock` is none of none, mutex, recursive, shared, spin, "
            "binary_semaphore, semaphore, unknown");
  EXPECT_EQ(failureOf("global \"a\n"), "line 1: the string is not closed");
  EXPECT_EQ(failureOf("function f\n  -> b0\n  throw\n"),
            "line 3: the block has ended already; a block starts with `name:`");
  EXPECT_EQ(failureOf("global a ;\n"), "line 1: unexpected character \";\"");
}

TEST(Text, NoPrefixOfATextIsUndefined) {
  // Whatever happens, it is an answer. (The sanitizers judge.)
  std::string text = write(unitOf(R"(
global g guarded_by=m
global m lock=mutex
function f
  param p pointer
  a:
  %x = try_acquire m
  branch locked %x reads=(%x) ? a : b
  b:
  call f receiver=p.*[3] args=(object g, callable f at p, copy) flags=0x1f label="q\x01"
  return value p inputs=(%x)
note cap_hit "t" function=f
)"));
  int refused = 0;
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Parsed parsed = parse(std::string_view(text).substr(0, length));
    EXPECT_NE(parsed.unit.has_value(), !parsed.failure.empty());
    if (parsed.unit)
      EXPECT_EQ(faultOf(*parsed.unit), "");
    else
      ++refused;
  }
  EXPECT_GT(refused, 10);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {' ', '(', '%', '"', '9', '.', '\n'}) {
      std::string other = text;
      other[i] = c;
      const Parsed parsed = parse(other);
      if (parsed.unit) EXPECT_EQ(faultOf(*parsed.unit), "") << other;
    }
  }
}

} // namespace
} // namespace racecourse::model
