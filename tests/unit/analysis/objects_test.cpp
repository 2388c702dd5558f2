// Which object an access is about, and whether it is shared at all: asked of Facts directly.
#include "checker/analysis/facts.h"
#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

/// Facts over a text model, and its accesses by the variable's name and a running number over all contexts.
class Known {
public:
  explicit Known(std::string_view text) {
    model::Parsed parsed = model::parse(text);
    EXPECT_TRUE(parsed.unit.has_value()) << parsed.failure;
    if (parsed.unit) unit_ = std::move(*parsed.unit);
    facts_ = std::make_unique<Facts>(Facts::build(unit_, {}));
  }
  const Facts& operator*() const { return *facts_; }
  const Facts* operator->() const { return facts_.get(); }

  /// The accesses on this line of the text, one per thread (text begins with an empty line 1).
  std::vector<Point> line(std::uint32_t number) const {
    std::vector<Point> points;
    for (std::size_t c = 0; c < facts_->contextCount(); ++c) {
      const model::Function& function = facts_->function(ContextId(c));
      for (std::size_t e = 0; e < function.events.size(); ++e)
        if (function.events[e].kind == model::EventKind::Access && function.events[e].place.line == number)
          points.push_back({ContextId(c), model::EventId(e)});
    }
    return points;
  }
  Point only(std::uint32_t number) const {
    std::vector<Point> points = line(number);
    EXPECT_EQ(points.size(), 1U) << "line " << number;
    return points.empty() ? Point() : points.front();
  }

private:
  model::Unit unit_;
  std::unique_ptr<Facts> facts_;
};

TEST(Objects, TwoInstancesInTwoThreadsAreTwoObjects) {
  Known k(R"(
type Account
field Account::value
function Account::deposit
  update this.value
function first
  param a pointer type=Account
  call Account::deposit receiver=a->*
function second
  param a pointer type=Account
  call Account::deposit receiver=a->*
function main
  local x type=Account
  local y type=Account
  local s handle
  local t handle
  spawn first handle=s args=(object x)
  spawn second handle=t args=(object y)
)");
  auto points = k.line(5);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_TRUE(k->mayRunTogether(points[0], points[1]));
  EXPECT_EQ(k->sameObject(points[0], points[1]), Same::No);
}

TEST(Objects, OneInstanceInTwoThreadsIsOneObject) {
  Known k(R"(
type Account
field Account::value
function Account::deposit
  update this.value
function first
  param a pointer type=Account
  call Account::deposit receiver=a->*
function second
  param a pointer type=Account
  call Account::deposit receiver=a->*
function main
  local x type=Account
  local s handle
  local t handle
  spawn first handle=s args=(object x)
  spawn second handle=t args=(object x)
)");
  auto points = k.line(5);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(k->sameObject(points[0], points[1]), Same::Same);
  EXPECT_FALSE(k->state(points[0]).owned);
  EXPECT_TRUE(k->maybeShared(points[0].context, k->event(points[0]).path));
}

TEST(Objects, EachRunOfAThreadHasItsOwnLocals) {
  Known k(R"(
function worker
  local buffer
  call fill args=(object buffer)
function fill
  param b reference
  write b
function main
  spawn worker in_loop pool
)");
  Point p = k.only(7);
  EXPECT_TRUE(k->mayRunTogether(p, p));
  EXPECT_EQ(k->sameObject(p, p), Same::No);
  EXPECT_FALSE(k->maybeShared(p.context, k->event(p).path));
}

TEST(Objects, ALocalCapturedByASpawnedLambdaIsShared) {
  Known k(R"(
function main
  local count
  local t handle
  spawn body handle=t
  write count
  join t
function body lambda enclosing=main
  update count
)");
  Point mine = k.only(6), other = k.only(9);
  EXPECT_EQ(k->sameObject(mine, other), Same::Same);
  EXPECT_FALSE(k->state(mine).owned);
  EXPECT_FALSE(k->state(other).owned);
}

TEST(Objects, ALocalCapturedByALambdaCalledAtOnceIsNot) {
  Known k(R"(
declare for_each
function main
  local count
  call for_each invokes_arguments known args=(callable body)
  write count
function body lambda enclosing=main
  update count
)");
  EXPECT_TRUE(k->state(k.only(6)).owned);
  EXPECT_TRUE(k->state(k.only(8)).owned);
}

TEST(Objects, ALocalIsOwnUntilItsAddressIsGivenAway) {
  Known k(R"(
type Writer
field Writer::batch
field Writer::next pointer
type Queue
field Queue::mu lock=mutex
field Queue::head pointer type=Writer
function Queue::push exported
  local w type=Writer
  write w.batch
  call Writer::prepare receiver=w
  acquire this.mu
  write this.head value=w value_kind=object
  escape w stored
  update w.batch
  release this.mu
function Writer::prepare
  write this.batch
)");
  EXPECT_TRUE(k->state(k.only(10)).owned);
  EXPECT_TRUE(k->state(k.only(18)).owned) << "a helper that only sees it before";
  EXPECT_FALSE(k->state(k.only(15)).owned);
}

TEST(Objects, FreshUntilPublished) {
  Known k(R"(
type Node
field Node::next pointer
field Node::value
global head pointer type=Node
function setUp
  param n pointer type=Node
  write n->value
function main
  %new = fresh
  write alloc(%new).value
  call setUp args=(object alloc(%new))
  write head value=alloc(%new) value_kind=object
  escape alloc(%new) stored
  write alloc(%new).next
)");
  EXPECT_TRUE(k->state(k.only(8)).owned) << "the helper only ever sees fresh nodes";
  EXPECT_TRUE(k->state(k.only(11)).owned);
  EXPECT_FALSE(k->state(k.only(15)).owned);
}

TEST(Objects, AFactoryHandsItsFreshObjectOn) {
  Known k(R"(
type Node
field Node::value
function make
  %new = fresh
  escape alloc(%new) returned
  return object alloc(%new)
function main
  %n = call make
  write result(%n).*.value
)");
  EXPECT_TRUE(k->state(k.only(10)).owned);
}

TEST(Objects, AConstructorOwnsItsObjectUntilItStartsAThreadWithIt) {
  Known k(R"(
type Server
field Server::port
field Server::thread handle
function Server::run
  update this.port
function Server::Server constructor
  write this.port
  call Server::init receiver=this
  spawn Server::run handle=this.thread receiver=this
  update this.port
function Server::init private
  write this.port
global server type=Server
function main
  call Server::Server receiver=server
)");
  EXPECT_TRUE(k->state(k.only(8)).owned);
  EXPECT_TRUE(k->state(k.only(13)).owned) << "a helper of the constructor";
  EXPECT_FALSE(k->state(k.only(11)).owned);
  EXPECT_EQ(k->sameObject(k.only(11), k.only(6)), Same::Same);
}

TEST(Objects, SymbolicObjectsOfOneClassMayBeTheSame) {
  Known k(R"(
type Cache
field Cache::mu lock=mutex
field Cache::size
function Cache::put exported
  acquire this.mu
  update this.size
  release this.mu
function Cache::peek exported
  read this.size
)");
  Point put = k.only(7), peek = k.only(10);
  EXPECT_EQ(k->sameObject(put, peek), Same::Maybe);
  EXPECT_TRUE(k->mayRunTogether(put, peek));
  EXPECT_FALSE(k->commonLock(put, peek).has_value());
  auto common = k->commonLock(put, put);
  ASSERT_TRUE(common.has_value()) << "one object, so one lock";
  EXPECT_TRUE(common->certain);
}

TEST(Objects, TheLockOfOneInstanceDoesNotGuardAnother) {
  Known k(R"(
type Account
field Account::mu lock=mutex
field Account::balance
function Account::withdraw exported
  acquire this.mu
  update this.balance
  release this.mu
function Account::drain exported
  param from reference type=Account
  acquire this.mu
  update from.balance
  release this.mu
)");
  EXPECT_FALSE(k->commonLock(k.only(7), k.only(12)).has_value());
}

TEST(Objects, SharedHoldsDoNotExcludeAWrite) {
  Known k(R"(
global m lock=shared
global n
function worker
  acquire m shared
  update n
  release m
function reader
  acquire m
  read n
  release m
function main
  spawn worker pool
  spawn reader
)");
  Point write = k.only(6), read = k.only(10);
  EXPECT_FALSE(k->commonLock(write, write).has_value());
  EXPECT_TRUE(k->commonLock(write, read).has_value());
}

TEST(Objects, CountingSemaphoresExcludeNobody) {
  Known k(R"(
global s lock=semaphore
global n
function worker
  acquire s
  update n
  release s
function main
  spawn worker pool
)");
  EXPECT_FALSE(k->commonLock(k.only(6), k.only(6)).has_value());
}

TEST(Objects, MembersThatReferToASharedObjectLeadToIt) {
  Known k(R"(
type Queue
field Queue::size
type Worker
field Worker::queue reference
function Worker::Worker constructor
  param q reference type=Queue
  write this.queue initialises value=q value_kind=object
function Worker::run
  update this.queue.size
function main
  local q type=Queue
  local a type=Worker
  local b type=Worker
  call Worker::Worker receiver=a args=(object q)
  call Worker::Worker receiver=b args=(object q)
  spawn Worker::run receiver=a
  spawn Worker::run receiver=b
)");
  auto points = k.line(10);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(k->sameObject(points[0], points[1]), Same::Same);
}

TEST(Objects, ElementsOfAnArrayOnlyMayBeTheSame) {
  Known k(R"(
global slots container
function worker
  write slots[*]
function other
  write slots[3]
function last
  write slots[4]
function main
  spawn worker pool
  spawn other
  spawn last
)");
  EXPECT_EQ(k->sameObject(k.only(4), k.only(6)), Same::Maybe);
  EXPECT_EQ(k->sameObject(k.only(6), k.only(8)), Same::No);
}

TEST(Objects, TooManyObjectsBecomeSomeObject) {
  std::string text = R"(
type T
field T::x
function T::touch
  write this.x
function main
)";
  for (int i = 0; i < 12; ++i)
    text += "  local v" + std::to_string(i) + " type=T\n";
  for (int i = 0; i < 12; ++i)
    text += "  call T::touch receiver=v" + std::to_string(i) + "\n";
  Known k(text);
  Point p = k.only(5);
  auto places = k->places(k->resolve(p.context, k->event(p).path));
  EXPECT_LE(places.size(), 8U);
  EXPECT_TRUE(std::any_of(places.begin(), places.end(), [&](PlaceId id) { return k->symbolic(id); }));
}

TEST(Epochs, AWaitAndAReacquisitionBeginNewSections) {
  Known k(R"(
global m lock=mutex
global cv synchroniser
global n
function main
  local g guard
  guard g = acquire m
  read n
  wait cv with m value=g
  read n
  guard_release g
  guard_acquire g
  write n
  guard_destroy g
)");
  auto since = [&](std::uint32_t line) {
    auto held = k->lockset(k->state(k.only(line)).must);
    EXPECT_EQ(held.size(), 1U);
    return held.empty() ? model::EventId() : held.front().since;
  };
  EXPECT_TRUE(since(8).valid());
  EXPECT_NE(since(8), since(10));
  EXPECT_NE(since(10), since(13));
}

TEST(Summaries, LongCyclesOfCallsSettle) {
  // f0 calls f1 … calls f11 calls f0; only the last takes the lock, so its effect has to go all the way round.
  std::string text = "\nglobal m lock=mutex\n";
  for (int i = 0; i < 12; ++i)
    text += "function f" + std::to_string(i) + "\n  branch ? go : out\ngo:\n  call f" +
            std::to_string((i + 1) % 12) + "\n  -> out\nout:\n" +
            (i == 11 ? "  acquire m\n  release m\n" : "");
  text += "function main\n  call f0\n";
  Known k(text);
  for (std::size_t c = 0; c < k->contextCount(); ++c) {
    EXPECT_TRUE(k->summary(k->context(ContextId(c)).function).acquires_any);
    EXPECT_TRUE(k->notes(ContextId(c)).empty());
  }
}

TEST(Summaries, SectionsOfAGetterReachItsCallers) {
  Known k(R"(
type Counter
field Counter::mu lock=mutex
field Counter::value
function Counter::get
  local g guard
  guard g = acquire this.mu
  %r = read this.value
  return copy inputs=(%r)
  guard_destroy g
function Counter::peek
  %c = call Counter::get receiver=this
  return copy inputs=(%c)
)");
  const model::Unit& unit = k->program();
  auto sections = [&](std::string_view name) {
    for (std::size_t f = 0; f < unit.functions.size(); ++f)
      if (unit.text(unit[unit.functions[f].entity].name) == name)
        return k->summary(model::FunctionId(f)).sections;
    return std::vector<SectionUse>();
  };
  ASSERT_EQ(sections("Counter::get").size(), 1U);
  EXPECT_TRUE(sections("Counter::get")[0].returned);
  ASSERT_EQ(sections("Counter::peek").size(), 1U);
  EXPECT_TRUE(sections("Counter::peek")[0].returned);
  EXPECT_EQ(k->describe(sections("Counter::peek")[0].lock), "this->mu");
}

TEST(Evidence, WaysToTheEndOfTheProcessProveNothing) {
  Known k(R"(
global n
declare abort
function panic
  call report
  call abort no_return known
function report
  write n
function worker
  -> head
head:
  branch ? bad : good
bad:
  call panic
  -> head
good:
  update n
  -> head
function main
  spawn worker pool
)");
  EXPECT_EQ(k->context(k.only(8).context).evidence, Evidence::Unsure);
  EXPECT_EQ(k->context(k.only(17).context).evidence, Evidence::Proved) << "an endless loop is no panic";
}

TEST(Evidence, AThreadThatEndsTheProgramIsStillAThread) {
  Known k(R"(
global n
declare exit
function terminator
  branch ? failed : signalled
failed:
  return
signalled:
  call cleanUp
  call exit no_return known
function cleanUp
  write n
function main
  spawn terminator
)");
  EXPECT_EQ(k->context(k.only(12).context).evidence, Evidence::Proved);
}

TEST(Evidence, AMainThatExitsIsNoPanic) {
  Known k(R"(
global n
declare exit
function serve
  write n
  call exit no_return known
function main
  call serve
)");
  EXPECT_EQ(k->context(k.only(5).context).evidence, Evidence::Proved);
}

TEST(Traces, LeadFromTheSpawnThroughTheCalls) {
  Known k(R"(
global n
global m lock=mutex
function leaf
  write n
function worker
  acquire m
  call leaf
  release m
function main
  spawn worker
)");
  Trace trace = k->trace(k.only(5), "writes n here");
  ASSERT_EQ(trace.steps.size(), 3U);
  EXPECT_EQ(trace.steps[0].place.line, 11U);
  EXPECT_EQ(trace.steps[1].message, "calls leaf");
  EXPECT_EQ(trace.steps[1].held, std::vector<std::string>{"m"});
  EXPECT_EQ(trace.steps[2].message, "writes n here");
  EXPECT_EQ(trace.steps[2].held, std::vector<std::string>{"m"});
}

} // namespace
} // namespace racecourse::analysis
