#include "tests/unit/analysis/probed.h"

namespace racecourse::analysis {
namespace {

TEST(Threads, BeforeTheSpawnAndAfterTheJoinMainIsAlone) {
  Probed p(R"(
function worker
  probe "worker"
function main
  local t handle
  probe "before"
  spawn worker handle=t
  probe "during"
  join t
  probe "after"
)");
  EXPECT_FALSE(p.together("before", "worker"));
  EXPECT_TRUE(p.together("during", "worker"));
  EXPECT_FALSE(p.together("after", "worker"));
  EXPECT_FALSE(p.together("worker", "worker"));
  EXPECT_FALSE(p.together("during", "during"));
}

TEST(Threads, SpawnedThreadsStartWithoutLocks) {
  Probed p(R"(
global m lock=mutex
function worker
  probe "worker"
function main
  local t handle
  acquire m
  spawn worker handle=t
  join t
  release m
)");
  EXPECT_EQ(p.at("worker"), held(""));
}

TEST(Threads, ALoopThatJoinsAfterwardsRunsThemTogether) {
  Probed p(R"(
function worker
  probe "worker"
function main
  local threads handle container
  -> head
head:
  branch ? body : joins
body:
  spawn worker handle=threads[*] in_loop
  probe "started"
  -> head
joins:
  branch ? join : out
join:
  join threads[*] all_elements
  -> joins
out:
  join threads[*] all_elements
  probe "joined"
)");
  EXPECT_TRUE(p.together("worker", "worker"));
  EXPECT_TRUE(p.together("started", "worker"));
  EXPECT_FALSE(p.together("joined", "worker"));
}

TEST(Threads, ALoopOverTheHandlesJoinsThemAllThoughItMayRunZeroTimes) {
  Probed p(R"(
function worker
  probe "worker"
function main
  local threads handle container
  spawn worker handle=threads[*]
  -> head
head:
  branch ? body : out
body:
  join threads[*] all_elements
  -> head
out:
  probe "joined"
)");
  EXPECT_FALSE(p.together("joined", "worker"));
}

TEST(Threads, ALoopThatJoinsEachRoundRunsOneAtATime) {
  Probed p(R"(
function worker
  probe "worker"
function main
  -> head
head:
  branch ? body : out
body:
  local t handle
  spawn worker handle=t in_loop
  probe "during"
  join t
  -> head
out:
  probe "after"
)");
  EXPECT_FALSE(p.together("worker", "worker"));
  EXPECT_TRUE(p.together("during", "worker"));
  EXPECT_FALSE(p.together("after", "worker"));
}

TEST(Threads, OneJoinedBeforeTheOtherStarts) {
  Probed p(R"(
function first
  probe "first"
function second
  probe "second"
function main
  local a handle
  local b handle
  spawn first handle=a
  join a
  spawn second handle=b
  join b
)");
  EXPECT_FALSE(p.together("first", "second"));
}

TEST(Threads, SiblingsRunTogether) {
  Probed p(R"(
function first
  probe "first"
function second
  probe "second"
function main
  local a handle
  local b handle
  spawn first handle=a
  spawn second handle=b
  join b
  probe "one left"
  join a
  probe "none left"
)");
  EXPECT_TRUE(p.together("first", "second"));
  EXPECT_TRUE(p.together("one left", "first"));
  EXPECT_FALSE(p.together("one left", "second"));
  EXPECT_FALSE(p.together("none left", "first"));
}

TEST(Threads, OneFunctionSpawnedTwiceRunsWithItself) {
  Probed p(R"(
function worker
  probe "worker"
function main
  local a handle
  local b handle
  spawn worker handle=a
  spawn worker handle=b
  join a
  join b
)");
  EXPECT_TRUE(p.together("worker", "worker"));
}

TEST(Threads, GrandchildrenLiveUntilTheirParentJoinsThem) {
  Probed p(R"(
function leaf
  probe "leaf"
function tidy
  local t handle
  probe "tidy before"
  spawn leaf handle=t
  join t
  probe "tidy after"
function main
  local t handle
  spawn tidy handle=t
  probe "during"
  join t
  probe "after"
)");
  EXPECT_TRUE(p.together("during", "leaf"));
  EXPECT_FALSE(p.together("after", "leaf"));
  EXPECT_FALSE(p.together("tidy before", "leaf"));
  EXPECT_FALSE(p.together("tidy after", "leaf"));
}

TEST(Threads, GrandchildrenLeftBehindOutliveTheirParent) {
  Probed p(R"(
function leaf
  probe "leaf"
function careless
  spawn leaf detached
function main
  local t handle
  spawn careless handle=t
  join t
  probe "after"
)");
  EXPECT_TRUE(p.together("after", "leaf"));
}

TEST(Threads, HandlesAsMembersAreJoinedInAnotherMethod) {
  Probed p(R"(
type Server
field Server::thread_ handle
global server type=Server
function Server::run
  probe "run"
function Server::start
  probe "start"
  spawn Server::run handle=this.thread_ receiver=this
function Server::stop
  branch ? joinable : out
joinable:
  join this.thread_
  -> out
out:
  probe "stopped"
function main
  call Server::start receiver=server
  probe "during"
  call Server::stop receiver=server
  probe "after"
)");
  EXPECT_FALSE(p.together("start", "run"));
  EXPECT_TRUE(p.together("during", "run"));
  EXPECT_FALSE(p.together("stopped", "run"));
  EXPECT_FALSE(p.together("after", "run"));
}

TEST(Threads, TwoObjectsWithThreadsAreJoinedEachByItself) {
  Probed p(R"(
type Server
field Server::thread_ handle
global first type=Server
global second type=Server
function Server::run
  probe "run"
function Server::start
  spawn Server::run handle=this.thread_ receiver=this
function Server::stop
  join this.thread_
function main
  call Server::start receiver=first
  call Server::start receiver=second
  call Server::stop receiver=first
  probe "one left"
  call Server::stop receiver=second
  probe "none left"
)");
  EXPECT_TRUE(p.together("run", "run"));
  EXPECT_TRUE(p.together("one left", "run"));
  EXPECT_FALSE(p.together("none left", "run"));
}

TEST(Threads, AHandleMovedIntoAContainerIsJoinedThere) {
  Probed p(R"(
function worker
  probe "worker"
function main
  local t handle
  local threads handle container
  spawn worker handle=t
  guard_move threads[*] = t
  probe "during"
  join threads[*] all_elements
  probe "after"
)");
  EXPECT_TRUE(p.together("during", "worker"));
  EXPECT_FALSE(p.together("after", "worker"));
}

TEST(Threads, HandlesThatJoinAtTheirEnd) {
  Probed p(R"(
function worker
  probe "worker"
function main
  local t handle
  spawn worker handle=t joins_at_end
  probe "during"
  guard_destroy t
  probe "after"
)");
  EXPECT_TRUE(p.together("during", "worker"));
  EXPECT_FALSE(p.together("after", "worker"));
}

TEST(Threads, ADestroyedHandleThatDoesNotJoinEndsNothing) {
  Probed p(R"(
function worker
  probe "worker"
function main
  local t handle
  spawn worker handle=t
  detach t
  guard_destroy t
  probe "after"
)");
  EXPECT_TRUE(p.together("after", "worker"));
}

TEST(Threads, ASpawnHelperStartsThreadsForItsCaller) {
  Probed p(R"(
function worker
  probe "worker"
function startAll
  param threads handle container reference
  spawn worker handle=threads[*] in_loop
function joinAll
  param threads handle container reference
  join threads[*] all_elements
function main
  local threads handle container
  probe "before"
  call startAll args=(object threads)
  probe "during"
  call joinAll args=(object threads)
  probe "after"
)");
  EXPECT_FALSE(p.together("before", "worker"));
  EXPECT_TRUE(p.together("during", "worker"));
  EXPECT_FALSE(p.together("after", "worker"));
}

TEST(Threads, AThreadStartedThroughAParameter) {
  Probed p(R"(
function start
  param work
  local t handle
  spawn ? handle=t args=(value work)
  probe "during"
  join t
function main
  call start args=(callable body)
  probe "after"
function body lambda enclosing=main
  probe "body"
)");
  EXPECT_TRUE(p.together("during", "body"));
  EXPECT_FALSE(p.together("after", "body"));
  EXPECT_EQ(p.threads("body").size(), 1U);
}

TEST(Threads, TasksOfAPoolRunTogether) {
  Probed p(R"(
function task
  probe "task"
function main
  spawn task pool detached
  probe "after"
)");
  EXPECT_TRUE(p.together("task", "task"));
  EXPECT_TRUE(p.together("after", "task"));
}

TEST(Threads, StaticInitialisersRunBeforeMain) {
  Probed p(R"(
function worker
  probe "worker"
function init before_main
  probe "init"
function main
  local t handle
  spawn worker handle=t
  probe "main"
)");
  EXPECT_FALSE(p.together("init", "worker"));
  EXPECT_FALSE(p.together("init", "main"));
  EXPECT_TRUE(p.together("main", "worker"));
}

TEST(Threads, AThreadOfAStaticInitialiserIsAliveInMain) {
  Probed p(R"(
function worker
  probe "worker"
function init before_main
  spawn worker detached
function main
  probe "main"
)");
  EXPECT_TRUE(p.together("main", "worker"));
}

TEST(Threads, CallersOfALockingLibraryAreMany) {
  Probed p(R"(
type Cache
field Cache::mu lock=mutex
function Cache::put exported
  acquire this.mu
  probe "put"
  release this.mu
function Cache::rebuild private
  probe "rebuild"
function Cache::Cache constructor exported
  probe "constructor"
)");
  EXPECT_TRUE(p.together("put", "put"));
  EXPECT_EQ(p.threads("put"), std::set<std::string>{"any caller of Cache's methods"});
  EXPECT_FALSE(p.together("rebuild", "rebuild"))
      << "nobody is seen to call it, so it proves nothing by itself";
  EXPECT_FALSE(p.together("constructor", "constructor"));
}

TEST(Threads, ALibraryThreadIsGoneAfterItsJoin) {
  Probed p(R"(
type Server
field Server::mu lock=mutex
field Server::thread_ handle
function Server::run private
  acquire this.mu
  probe "run"
  release this.mu
function Server::start exported
  probe "start"
  spawn Server::run handle=this.thread_ receiver=this
function Server::poke exported
  probe "poke"
function Server::stop exported
  join this.thread_
  probe "stopped"
)");
  EXPECT_FALSE(p.together("start", "run"));
  EXPECT_TRUE(p.together("poke", "run"));
  EXPECT_FALSE(p.together("stopped", "run"));
}

} // namespace
} // namespace racecourse::analysis
