// Linking: one entity per key, one body per function, the same program for every order of the units.
#include "checker/analysis/link.h"

#include "checker/model/binary.h"
#include "checker/model/text.h"
#include "checker/model/well_formed.h"
#include "tests/unit/model/random_unit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace racecourse::analysis {
namespace {

using namespace model;
using model::testing::randomUnit;
using model::testing::resolved;

Unit unitOf(std::string_view text) {
  Parsed parsed = parse(text);
  EXPECT_TRUE(parsed.unit) << parsed.failure;
  return parsed.unit ? std::move(*parsed.unit) : Unit();
}

/// Links in both orders, which must not matter.
Unit linked(std::string_view first, std::string_view second) {
  Unit forth = link({unitOf(first), unitOf(second)});
  const Unit back = link({unitOf(second), unitOf(first)});
  EXPECT_EQ(toBytes(forth), toBytes(back));
  EXPECT_EQ(faultOf(forth), "");
  return forth;
}

const Entity& entity(const Unit& unit, std::string_view usr, std::string_view space = {}) {
  static const Entity kMissing;
  const std::optional<EntityId> id = unit.find(usr, space);
  EXPECT_TRUE(id) << usr;
  return id ? unit[*id] : kMissing;
}

const Function& function(const Unit& unit, std::string_view usr) {
  static const Function kMissing;
  const std::optional<EntityId> id = unit.find(usr);
  const std::optional<FunctionId> record = id ? unit.findFunction(*id) : std::nullopt;
  EXPECT_TRUE(record) << usr;
  return record ? unit[*record] : kMissing;
}

TEST(Link, NothingAndOneUnit) {
  EXPECT_EQ(resolved(link({})), resolved(Unit()));
  const Unit unit = unitOf(R"(
type T
field T::mu lock=mutex
field T::x guarded_by=this.mu
function T::f exported
  param p pointer type=T
  requires this.mu
  %r = read p->x
  branch reads=(%r) ? a : b
  a:
  write this.x inputs=(%r)
  b:
note cap_hit "too much" function=T::f
)");
  EXPECT_EQ(resolved(link({unit})), resolved(unit));
}

TEST(Link, TheOrderOfUnitsDoesNotShow) {
  std::mt19937_64 random(3);
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    std::vector<Unit> units;
    for (std::uint64_t i = 0; i < 6; ++i) {
      model::testing::RandomShape shape;
      shape.shared_names = true;
      shape.main_file = "/src/unit" + std::to_string(i / 2) + ".cpp"; // two units each: other flags
      units.push_back(randomUnit(seed * 100 + i, shape));
    }
    units.push_back(units[2]); // and one is given twice
    const Unit program = link(units);
    const std::string bytes = toBytes(program);
    ASSERT_EQ(faultOf(program), "") << "seed " << seed;
    for (int round = 0; round < 5; ++round) {
      std::shuffle(units.begin(), units.end(), random);
      ASSERT_EQ(toBytes(link(units)), bytes) << "seed " << seed;
    }

    std::vector<std::uint32_t> functions; // one record each
    for (const Function& one : program.functions)
      functions.push_back(one.entity.value);
    std::sort(functions.begin(), functions.end());
    EXPECT_EQ(std::adjacent_find(functions.begin(), functions.end()), functions.end());
    for (const Unit& unit : units)
      for (const Entity& each : unit.entities)
        ASSERT_TRUE(program.find(unit.text(each.usr), unit.text(each.space))) << "seed " << seed;
  }
}

TEST(Link, ABodyIsBoundToTheDeclarationsThatOthersSee) {
  const Unit program = linked(R"(
unit "/a.cpp"
file "/pool.h"
type Pool
field Pool::mu lock=mutex @pool.h:3:1
declare Pool::push @pool.h:5:1
function worker @a.cpp:9:1
  param p pointer type=Pool
  call Pool::push receiver=p.*
)",
                              R"(
unit "/b.cpp"
file "/pool.h"
type Pool
field Pool::mu lock=mutex @pool.h:3:1
function Pool::push exported @b.cpp:20:1
  acquire this.mu
)");
  EXPECT_EQ(program.main_file, "/a.cpp");
  const Function& worker = function(program, "worker");
  const Function& push = function(program, "Pool::push");
  EXPECT_EQ(worker.events.at(0).callee, push.entity);
  EXPECT_EQ(push.blocks.size(), 1u);
  EXPECT_EQ(push.this_type, *program.find("Pool"));
  EXPECT_EQ(program.describe(push.events.at(0).locks.at(0)), "this->mu");
  EXPECT_EQ(program[program[push.entity].place.file].path, "/b.cpp"); // where it is defined
  EXPECT_EQ(std::count_if(program.files.begin(), program.files.end(),
                          [](const File& file) { return file.path == "/pool.h"; }),
            1);
}

TEST(Link, KnowledgeIsJoined) {
  const Unit program = linked(R"(
unit "/a.cpp"
file "/x.h"
lines 10
depends "/x.h"
depends "/a.cpp"
global shared @x.h:1:1 system
function f @x.h:2:1
  param p
  requires m shared
  excludes n
global m @x.h:3:1
global n lock=mutex @x.h:4:1
)",
                              R"(
unit "/b.cpp"
file "/x.h"
lines 5
depends "/x.h"
depends "/b.cpp"
global m lock=shared @b.cpp:3:1
global n lock=mutex @x.h:4:1
global shared guarded_by=m spelled="int" @b.cpp:1:1
function f address_taken @x.h:2:1
  param p
  requires m shared
  acquires n
)");
  EXPECT_EQ(program.lines, 15u);
  EXPECT_EQ(program.dependencies, (std::vector<std::string>{"/a.cpp", "/b.cpp", "/x.h"}));
  const Entity& shared = entity(program, "shared");
  EXPECT_EQ(program.describe(shared.guarded_by), "m");
  EXPECT_EQ(program.text(shared.type_name), "int");
  EXPECT_FALSE(shared.in_system_header);
  EXPECT_EQ(program[shared.place.file].path, "/b.cpp");
  EXPECT_EQ(entity(program, "m").lock, LockKind::Shared);
  EXPECT_EQ(entity(program, "m").type_class, TypeClass::Lock);
  const Function& f = function(program, "f");
  EXPECT_TRUE(f.blocks.empty());
  EXPECT_TRUE(f.address_taken);
  ASSERT_EQ(f.parameters.size(), 1u);
  ASSERT_EQ(f.contracts.size(), 3u); // the one that both have, once
  EXPECT_EQ(f.contracts[0].kind, Contract::Kind::Requires);
  EXPECT_EQ(f.contracts[1].kind, Contract::Kind::Excludes);
  EXPECT_EQ(f.contracts[2].kind, Contract::Kind::Acquires);
}

TEST(Link, ContractsOfDeclarationsStayWithTheBody) {
  const Unit program = linked(R"(
unit "/a.cpp"
global m lock=mutex
function f
  requires m
)",
                              R"(
unit "/b.cpp"
global m lock=mutex
function f hash=5
  requires m
  excludes m
  throw
)");
  const Function& f = function(program, "f");
  EXPECT_EQ(f.blocks.size(), 1u);
  EXPECT_EQ(f.body_hash, 5u);
  EXPECT_EQ(f.contracts.size(), 2u);
}

TEST(Link, InternalLinkageStaysApart) {
  const Unit program = linked(R"(
unit "/a.cpp"
global count space="/a.cpp"
function bump space="/a.cpp"
  write count
)",
                              R"(
unit "/b.cpp"
global count space="/b.cpp"
function bump space="/b.cpp"
  write count
)");
  ASSERT_EQ(program.functions.size(), 2u);
  EXPECT_NE(program.functions[0].events.at(0).path, program.functions[1].events.at(0).path);
  EXPECT_NE(program.find("count", "/a.cpp"), program.find("count", "/b.cpp"));
}

constexpr std::string_view kHeaderInA = R"(
unit "/a.cpp"
file "/h.h"
global g
function inline1 hash=1 @h.h:3:1
  read g @h.h:4:1
note cap_hit "the same in each" function=inline1 @h.h:3:1
)";

TEST(Link, EqualBodiesOfAHeaderAreOne) {
  std::string in_b(kHeaderInA);
  in_b.replace(in_b.find("/a.cpp"), 6, "/b.cpp");
  const Unit program = linked(kHeaderInA, in_b);
  EXPECT_EQ(program.functions.size(), 1u);
  EXPECT_EQ(program.notes.size(), 1u);
}

TEST(Link, TheFirstMainFilesBodyIsKeptAndADifferenceIsNoted) {
  const Unit program = linked(kHeaderInA, R"(
unit "/b.cpp"
file "/h.h"
global g
function inline1 hash=2 @h.h:3:1
  read g @h.h:4:1
  write g @h.h:5:1
)");
  EXPECT_EQ(function(program, "inline1").events.size(), 1u);
  ASSERT_EQ(program.notes.size(), 2u);
  const Note& note = program.notes[1];
  EXPECT_EQ(note.kind, Note::Kind::DifferingBodies);
  EXPECT_EQ(note.function, function(program, "inline1").entity);
  EXPECT_EQ(note.place.line, 3u);
  EXPECT_EQ(note.text, "a different body was compiled in /b.cpp; the one compiled in /a.cpp is analysed.");
}

TEST(Link, ManyDifferingBodiesAreNotedOnce) {
  std::vector<Unit> units;
  for (int i = 0; i < 5; ++i)
    units.push_back(unitOf("unit \"/" + std::to_string(i) + ".cpp\"\nfunction f hash=" + std::to_string(i) +
                           "\n  throw\n"));
  EXPECT_EQ(link(std::move(units)).notes.size(), 1u);
}

// A lambda of one unit speaks of an event of the function around it. If another unit's body of that function is the
// one that is kept, the event's number may mean anything there.
constexpr std::string_view kOuterInA = R"(
unit "/a.cpp"
global g
declare make
function outer hash=1
  read g
  read g
  %r = call make
)";

TEST(Link, SitesHoldWhereTheBodiesAreEqual) {
  const Unit program = linked(kOuterInA, R"(
unit "/b.cpp"
type T
field T::x
global g
declare make
function outer hash=1
  read g
  read g
  %r = call make
function inner lambda enclosing=outer
  write result(outer/%r).x
)");
  const Function& inner = function(program, "inner");
  EXPECT_EQ(program.describe(inner.events.at(0).path), "(result of make()).x");
}

TEST(Link, SitesOfADroppedBodyAreWidened) {
  const Unit program = linked(kOuterInA, R"(
unit "/b.cpp"
type T
field T::x
global g
declare make
function outer hash=2
  %r = call make
function inner lambda enclosing=outer
  write result(outer/%r).x
  write result(outer/%r)
)");
  const Function& inner = function(program, "inner");
  const Path path = program[inner.events.at(0).path];
  EXPECT_EQ(path.root, RootKind::Unknown);
  EXPECT_TRUE(path.widened);
  EXPECT_EQ(path.entity, *program.find("T"));
  EXPECT_EQ(program.describe(inner.events.at(0).path), "T::x");
  const Path bare = program[inner.events.at(1).path];
  EXPECT_EQ(bare.root, RootKind::Unknown);
  EXPECT_TRUE(bare.widened);
  EXPECT_FALSE(bare.entity);
}

TEST(Link, OfADroppedBodyOnlyItsEntitiesRemain) {
  // 500 units include one header; the program must not grow with them.
  std::vector<Unit> units;
  std::string body;
  for (int i = 0; i < 50; ++i)
    body += "  read g" + std::to_string(i) + "\n";
  std::string globals;
  for (int i = 0; i < 50; ++i)
    globals += "global g" + std::to_string(i) + "\n";
  for (int i = 0; i < 20; ++i)
    units.push_back(
        unitOf("unit \"/" + std::to_string(i) + ".cpp\"\n" + globals + "function f hash=1\n" + body));
  const Unit program = link(std::move(units));
  EXPECT_EQ(program.entities.size(), 51u);
  EXPECT_EQ(program.paths.size(), 50u);
  EXPECT_EQ(program.functions.size(), 1u);
  EXPECT_EQ(program.files.size(), 20u); // where each unit says its globals are declared
}

// A compile database holds several programs: units that a linker would refuse to join.
TEST(Link, UnitsThatExcludeEachOtherShareNoNames) {
  const Unit program = linked(R"(
unit "/client.c"
global count
function reader exported hash=1
  write count
function main exported
  call reader
)",
                              R"(
unit "/server.c"
global count
global own
function reader exported hash=2
  read count
  read own
function main exported
  call reader
)");
  EXPECT_TRUE(program.find("count"));
  EXPECT_TRUE(program.find("count", "/server.c"));
  EXPECT_TRUE(program.find("own")); // no clash, no reason to hide it
  EXPECT_FALSE(program.find("own", "/server.c"));
  EXPECT_TRUE(program.notes.empty()); // no body was dropped
  const std::optional<EntityId> reader = program.find("reader", "/server.c");
  ASSERT_TRUE(reader);
  EXPECT_EQ(program[*program.findFunction(*reader)].events.size(), 2u);
}

TEST(Link, UnitsOfOneProgramShareTheirNames) {
  const Unit program = linked(R"(
unit "/a.c"
global count
function reader exported hash=1
  write count
)",
                              R"(
unit "/b.c"
global count
function main exported
  read count
)");
  EXPECT_TRUE(program.find("count"));
  EXPECT_FALSE(program.find("count", "/b.c"));
}

} // namespace
} // namespace racecourse::analysis
