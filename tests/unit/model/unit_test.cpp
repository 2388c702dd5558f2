// Interning, widening, and names for people.
#include "checker/model/text.h"
#include "checker/model/unit.h"

#include <gtest/gtest.h>

namespace racecourse::model {
namespace {

Unit unitOf(const char* text) {
  Parsed parsed = parse(text);
  EXPECT_TRUE(parsed.unit) << parsed.failure;
  return parsed.unit ? std::move(*parsed.unit) : Unit();
}

/// What `describe` calls the paths of the reads in the unit's last function.
std::vector<std::string> described(const Unit& unit) {
  std::vector<std::string> names;
  for (const Event& event : unit.functions.back().events)
    if (event.kind == EventKind::Access) names.push_back(unit.describe(event.path));
  return names;
}

TEST(Unit, EqualValuesGetEqualIds) {
  Unit unit;
  EXPECT_EQ(unit.intern("mu"), unit.intern(std::string("mu")));
  EXPECT_NE(unit.intern("mu"), unit.intern("mv"));
  EXPECT_FALSE(unit.intern(""));
  EXPECT_EQ(unit.text(unit.intern("")), "");

  Path path;
  path.steps.push_back(Step{StepKind::Index, {}, 3});
  const PathId first = unit.intern(path);
  path.steps[0].field = EntityId(std::size_t{7}); // means nothing for an Index
  EXPECT_EQ(unit.intern(path), first);
  path.steps[0].index = 4;
  EXPECT_NE(unit.intern(path), first);
}

TEST(Unit, TheUsersWordOnAFileCountsMore) {
  Unit unit;
  const FileId id = unit.intern(File{"/a.h", true});
  EXPECT_EQ(unit.intern(File{"/a.h", false}), id);
  EXPECT_FALSE(unit[id].system);
  EXPECT_EQ(unit.intern(File{"/a.h", true}), id);
  EXPECT_FALSE(unit[id].system);
}

TEST(Unit, AnEntityIsItsUsrItsSpaceAndItsKind) {
  Unit unit;
  Entity entity;
  entity.usr = unit.intern("c:@x");
  entity.lock = LockKind::Mutex;
  const EntityId first = unit.intern(entity);
  entity.lock = LockKind::None;
  EXPECT_EQ(unit.intern(entity), first);
  EXPECT_EQ(unit[first].lock, LockKind::Mutex); // left as it was
  entity.space = unit.intern("/a.cpp");
  const EntityId second = unit.intern(entity);
  EXPECT_NE(second, first);
  EXPECT_EQ(unit.find("c:@x"), first);
  EXPECT_EQ(unit.find("c:@x", "/a.cpp"), second);
  EXPECT_EQ(unit.find("c:@x", "/b.cpp"), std::nullopt);
  EXPECT_EQ(unit.find("c:@y"), std::nullopt);
}

TEST(Unit, InterningSurvivesItsOwnStorageMoving) {
  Unit unit;
  unit.intern("first");
  for (int i = 0; i < 1000; ++i)
    unit.intern(std::string_view(unit.strings[0]).substr(static_cast<std::size_t>(i) % 5));
  EXPECT_EQ(unit.strings[0], "first");
  EXPECT_EQ(unit.strings.size(), 5u);
}

TEST(Unit, LongPathsAreWidenedToTheLastField) {
  Unit unit;
  Entity type;
  type.kind = EntityKind::Type;
  type.usr = unit.intern("T");
  const EntityId owner = unit.intern(type);
  Entity member;
  member.kind = EntityKind::Field;
  member.usr = unit.intern("T::next");
  member.parent = owner;
  const EntityId field = unit.intern(member);

  Path path;
  path.root = RootKind::Global;
  path.entity = field;
  for (std::size_t i = 0; i < kMaxSteps; ++i)
    path.steps.push_back(Step{});
  EXPECT_EQ(unit[unit.intern(path)], path); // exactly as long as a path may be

  path.steps[2] = Step{StepKind::Field, field, -1};
  path.steps.push_back(Step{});
  const Path widened = unit[unit.intern(path)];
  EXPECT_TRUE(widened.widened);
  EXPECT_EQ(widened.root, RootKind::Unknown);
  EXPECT_EQ(widened.entity, owner);
  EXPECT_EQ(widened.steps, (std::vector<Step>{Step{StepKind::Field, field, -1}}));

  path.steps[2] = Step{};
  const Path lost = unit[unit.intern(path)];
  EXPECT_TRUE(lost.widened);
  EXPECT_EQ(lost.root, RootKind::Unknown);
  EXPECT_FALSE(lost.entity);
  EXPECT_TRUE(lost.steps.empty());
}

TEST(Describe, NamesPathsAsPeopleWriteThem) {
  const Unit unit = unitOf(R"(
type Node
field Node::next pointer type=Node
field Node::mu lock=mutex
field Node::items
field Node::slots type=Node
type Anonymous
field Anonymous::inner name="Node::"
global counter
global Registry::instance_
function Node::visit
  param p pointer type=Node name="Node::visit(Node *)::p"
  local copy name="Node::visit(Node *)::copy"
  static total name="Node::visit()::total"
  read counter
  read Registry::instance_
  read total
  read copy
  read this
  read this.mu
  read p
  read p.*
  read p->mu
  read p->next->mu
  read p.*.*
  read p.*.*.mu
  read p->slots[*].mu
  read this.slots[3]->items
  read p->next.*[0]
  read this[2]
  read this.inner.mu
  read unknown
  read unknown(Node)
  read unknown(Node).mu
  read unknown(Node)->mu
)");
  EXPECT_EQ(described(unit), (std::vector<std::string>{"counter",
                                                       "Registry::instance_",
                                                       "Node::visit()::total",
                                                       "copy",
                                                       "*this",
                                                       "this->mu",
                                                       "p",
                                                       "*p",
                                                       "p->mu",
                                                       "p->next->mu",
                                                       "**p",
                                                       "(*p)->mu",
                                                       "p->slots[*].mu",
                                                       "this->slots[3]->items",
                                                       "(*p->next)[0]",
                                                       "(*this)[2]",
                                                       "this->mu",
                                                       "(unknown)",
                                                       "(some Node)",
                                                       "Node::mu",
                                                       "(some Node)->mu"}));
}

TEST(Describe, NamesResultsByTheCalleeAndAllocationsByTheirPlace) {
  const Unit unit = unitOf(R"model(
field Registry::mu
declare instance
declare make name="make(int)"
file "/src/pool.cpp"
function f
  %i = call instance
  %m = call make
  %p = call ? label="callback"
  %q = call ?
  %a = fresh @pool.cpp:12:3
  %b = fresh @none
  read result(%i).mu
  read result(%m)->mu
  read result(%p)
  read result(%q)
  read alloc(%a).mu
  read alloc(%b)
  read result(f/%99)
  read result(instance/%0)
)model");
  EXPECT_EQ(described(unit),
            (std::vector<std::string>{"(result of instance()).mu", "(result of make(int))->mu",
                                      "(result of callback())", "(result of a call)",
                                      "(object made at pool.cpp:12).mu", "(object made in f)",
                                      "(result of a call)", "(result of a call)"}));
}

TEST(Describe, NeedsNeitherNamesNorAnIndex) {
  Unit unit;
  Entity entity;
  entity.kind = EntityKind::Parameter;
  entity.index = 1;
  entity.usr = unit.intern("c:@F@f@1");
  Path path;
  path.root = RootKind::Parameter;
  path.entity = unit.intern(entity);
  EXPECT_EQ(unit.describe(unit.intern(path)), "(parameter 2)");
  EXPECT_EQ(unit.describe(PathId()), "(unknown)");

  entity.kind = EntityKind::Function;
  const EntityId function = unit.intern(entity);
  EXPECT_EQ(unit.findFunction(function), std::nullopt);
  unit.functions.emplace_back().entity = function;
  EXPECT_EQ(unit.findFunction(function), FunctionId(std::size_t{0})); // before reindex()
  unit.reindex();
  EXPECT_EQ(unit.findFunction(function), FunctionId(std::size_t{0}));
}

} // namespace
} // namespace racecourse::model
