#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

constexpr std::string_view rule = "racecourse-unguarded-shared-data";

TEST(Races, TwoThreadsCountWithoutALock) {
  const auto findings = said(R"(
global hits
function worker
  update hits
function main
  local a handle
  local b handle
  spawn worker handle=a
  spawn worker handle=b
  join a
  join b
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  const Finding& finding = findings.front();
  EXPECT_EQ(finding.confidence, Confidence::High);
  EXPECT_TRUE(mentions(finding, "`hits` is updated")) << finding.message;
  EXPECT_TRUE(mentions(finding, "without a lock")) << finding.message;
  ASSERT_EQ(finding.traces.size(), 2U);
  EXPECT_FALSE(finding.traces[0].steps.empty());
  EXPECT_EQ(finding.traces[0].steps.back().place.line, 4U);
  EXPECT_TRUE(hasNote(finding, "false if")) << shown(findings);
  EXPECT_EQ(finding.identity.find("4"), std::string::npos) << "no line numbers: " << finding.identity;
}

TEST(Races, ElementsThatEveryThreadPicksAlikeMeet) {
  const auto program = [](std::string_view element) {
    return R"(
global cells
function worker
  update cells)" +
           std::string(element) + R"(
function main
  local a handle
  local b handle
  spawn worker handle=a
  spawn worker handle=b
  join a
  join b
)";
  };
  const auto alike = said(program("[**]"), rule);
  ASSERT_EQ(alike.size(), 1U) << shown(alike);
  EXPECT_EQ(alike.front().confidence, Confidence::High);
  const auto own = said(program("[*]"), rule, Confidence::Low);
  ASSERT_EQ(own.size(), 1U) << shown(own);
  EXPECT_EQ(own.front().confidence, Confidence::Low) << "perhaps each thread has its own";
}

TEST(Races, OneLockAroundEveryAccessIsSilent) {
  const auto findings = said(R"(
global hits
global mu lock=mutex
function worker
  local lk guard
  guard lk = acquire mu
  update hits
  guard_destroy lk
function main
  local a handle
  -> loop
loop:
  spawn worker handle=a
  -> loop, done
done:
  call worker
  join a
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, TheMinorityIsTold) {
  const auto findings = said(R"(
global total
global mu lock=mutex
function add
  local lk guard
  guard lk = acquire mu
  update total
  guard_destroy lk
function take
  local lk guard
  guard lk = acquire mu
  update total
  guard_destroy lk
function print
  local lk guard
  guard lk = acquire mu
  read total
  guard_destroy lk
function reset
  write total
function worker
  call add
  call take
  call print
  call reset
function main
  local a handle
  -> loop
loop:
  spawn worker handle=a
  -> loop, done
done:
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].place.line, 20U);
  EXPECT_TRUE(mentions(findings[0], "without `mu`, which guards it elsewhere")) << findings[0].message;
  EXPECT_TRUE(mentions(findings[0], "`reset`")) << findings[0].message;
  EXPECT_TRUE(hasNote(findings[0], "`mu` is held at 3 of 4 accesses")) << shown(findings);
}

TEST(Races, BeforeTheFirstSpawnAndAfterTheJoinIsSilent) {
  const auto findings = said(R"(
global table
function worker
  read table
function main
  local a handle
  write table
  spawn worker handle=a
  join a
  write table
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, BetweenSpawnAndJoinIsTold) {
  const auto findings = said(R"(
global table
function worker
  read table
function main
  local a handle
  spawn worker handle=a
  write table
  join a
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].place.line, 8U) << "the write comes first";
  EXPECT_TRUE(mentions(findings[0], "the main thread")) << findings[0].message;
}

TEST(Races, HelperAlwaysCalledWithTheLockHeldIsSilent) {
  const auto findings = said(R"(
global total
global mu lock=mutex
function addLocked
  update total
function worker
  local lk guard
  guard lk = acquire mu
  call addLocked
  guard_destroy lk
function main
  local a handle
  -> loop
loop:
  spawn worker handle=a
  -> loop, done
done:
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, HelperOnceCalledWithoutTheLockIsTold) {
  const auto findings = said(R"(
global total
global mu lock=mutex
function addLocked
  update total
function worker
  local lk guard
  guard lk = acquire mu
  call addLocked
  guard_destroy lk
function careless
  call addLocked
function main
  local a handle
  local b handle
  spawn worker handle=a
  spawn careless handle=b
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
}

TEST(Races, ReaderAndWriterModes) {
  constexpr std::string_view text = R"(
global cfg
global rw lock=shared
function reader
  local lk guard
  guard lk = acquire rw shared
  read cfg
  guard_destroy lk
function writer
  local lk guard
  guard lk = acquire rw MODE
  write cfg
  guard_destroy lk
function main
  local a handle
  local b handle
  -> loop
loop:
  spawn reader handle=a
  -> loop, done
done:
  spawn writer handle=b
)";
  const auto with = [&](std::string mode) {
    std::string model(text);
    model.replace(model.find("MODE"), 4, mode);
    return said(model, rule);
  };
  EXPECT_TRUE(with("exclusive").empty());
  EXPECT_EQ(with("shared").size(), 1U);
}

TEST(Races, ASemaphoreOfManyPermitsGuardsNothing) {
  const auto findings = said(R"(
global n
global slots lock=semaphore
function worker
  acquire slots
  read n
  write n
  release slots
function main
  local a handle
  local b handle
  spawn worker handle=a
  spawn worker handle=b
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
}

TEST(Races, AtomicConstAndThreadLocalAreSilent) {
  const auto findings = said(R"(
global a atomic
global c const
global t thread_local
function worker
  update a op=update
  read c
  update t
function main
  local h handle
  -> loop
loop:
  spawn worker handle=h
  -> loop, done
done:
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, FreshObjectBeforeItIsPublishedIsSilent) {
  const auto findings = said(R"(
type Job
field Job::state
global queue pointer type=Job
function Job::init constructor
  write this.state
function producer
  %new = fresh
  call Job::init receiver=alloc(%new)
  write alloc(%new).state
function main
  local h handle
  -> loop
loop:
  spawn producer handle=h
  -> loop, done
done:
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, TwoInstancesAreTwoVariables) {
  const auto findings = said(R"(
type Counter
field Counter::n
global first type=Counter
global second type=Counter
function Counter::bump
  update this.n
function one
  call Counter::bump receiver=first
function two
  call Counter::bump receiver=second
function main
  local a handle
  local b handle
  spawn one handle=a
  spawn two handle=b
)",
                             rule);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, OneInstanceByReferenceIsOneVariable) {
  const auto findings = said(R"(
type Counter
field Counter::n
function Counter::bump
  update this.n
function worker
  param c reference type=Counter
  call Counter::bump receiver=c
function main
  local c type=Counter
  local a handle
  local b handle
  spawn worker handle=a args=(object c)
  spawn worker handle=b args=(object c)
  join a
  join b
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "`Counter::n`")) << findings[0].message;
}

TEST(Races, UnknownElementsOfAnArrayAreLow) {
  constexpr std::string_view text = R"(
global results
function worker
  write results[*]
function main
  local h handle
  -> loop
loop:
  spawn worker handle=h
  -> loop, done
done:
)";
  EXPECT_TRUE(said(text, rule).empty());
  EXPECT_EQ(said(text, rule, Confidence::Low).size(), 1U);
}

TEST(Races, DataHandedOverByAnAtomicFlagIsLow) {
  constexpr std::string_view text = R"(
global data
global ready atomic
function consumer
  -> test
test:
  %r = read ready op=load
  branch reads=(%r) ? use : test
use:
  read data
function main
  local h handle
  spawn consumer handle=h
  write data
  write ready op=store
  join h
)";
  EXPECT_TRUE(said(text, rule).empty());
  const auto low = said(text, rule, Confidence::Low);
  ASSERT_EQ(low.size(), 1U);
  EXPECT_TRUE(hasNote(low[0], "`ready` hands `data` over")) << shown(low);
}

TEST(Races, AStopFlagHandsNothingOver) {
  const auto findings = said(R"(
global data
global stop atomic
function consumer
  -> test
test:
  %r = read stop op=load
  branch reads=(%r) ? out : work
work:
  update data
  -> test
out:
function main
  local h handle
  spawn consumer handle=h
  read data
  write stop op=store
  join h
)",
                             rule);
  EXPECT_EQ(findings.size(), 1U);
}

TEST(Races, LibraryClassThatLocksAlmostEverywhere) {
  constexpr std::string_view text = R"(
type Stats
field Stats::mu lock=mutex
field Stats::n
function Stats::add exported
  local lk guard
  guard lk = acquire this.mu
  update this.n
  guard_destroy lk
function Stats::sub exported
  local lk guard
  guard lk = acquire this.mu
  update this.n
  guard_destroy lk
function Stats::reset exported
  local lk guard
  guard lk = acquire this.mu
  write this.n
  guard_destroy lk
function Stats::get exported
  read this.n
)";
  const auto findings = said(text, rule);
  ASSERT_EQ(findings.size(), 1U) << shown(said(text, rule, Confidence::Low));
  EXPECT_EQ(findings[0].confidence, Confidence::Medium);
  EXPECT_EQ(findings[0].place.line, 21U);
  EXPECT_TRUE(hasNote(findings[0], "3 of 4"));
}

TEST(Races, LibraryClassWithoutLocksHasNoIntent) {
  const auto findings = said(R"(
type Plain
field Plain::n
function Plain::add exported
  update this.n
function Plain::get exported
  read this.n
)",
                             rule);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, ADeclaredGuardNeedsNoVote) {
  const auto findings = said(R"(
type Stats
field Stats::mu lock=mutex
field Stats::n guarded_by=this.mu
function Stats::add exported
  local lk guard
  guard lk = acquire this.mu
  update this.n
  guard_destroy lk
function Stats::get exported
  read this.n
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "declared guard")) << findings[0].message;
}

TEST(Races, OneFindingPerVariable) {
  const auto findings = said(R"(
global x
global y
function worker
  update x
  update y
  read x
  write x
function main
  local h handle
  -> loop
loop:
  spawn worker handle=h
  -> loop, done
done:
)",
                             rule);
  ASSERT_EQ(findings.size(), 2U) << shown(findings);
  EXPECT_NE(findings[0].identity, findings[1].identity);
}

TEST(Races, TwentyVariablesDeepInsideOneThreadAreAnAgreement) {
  std::string text;
  std::string updates;
  for (int i = 0; i < 20; ++i) {
    text += "global v" + std::to_string(i) + "\n";
    updates += "  update v" + std::to_string(i) + "\n";
  }
  text += "global near\nfunction deepest\n" + updates +
          "function deeper\n  call deepest\nfunction deep\n  call deeper\n";
  text += "function worker\n  update near\n  call deep\nfunction main\n  local t handle\n  spawn worker "
          "handle=t\n  update near\n";
  text += "  call deep\n  join t\n";
  const auto findings = said(text, rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "`near`")) << findings[0].message;
  const auto all = said(text, rule, Confidence::Low);
  ASSERT_EQ(all.size(), 21U);
  EXPECT_TRUE(std::any_of(all.begin(), all.end(),
                          [](const Finding& finding) { return hasNote(finding, "agreement"); }));
}

TEST(Races, WhatADyingProgramDoesIsLow) {
  constexpr std::string_view text = R"(
global log
function crash
  update log
function worker
  call crash
  call ? no_return known
function main
  local a handle
  local b handle
  spawn worker handle=a
  spawn worker handle=b
)";
  EXPECT_TRUE(said(text, rule).empty());
  EXPECT_EQ(said(text, rule, Confidence::Low).size(), 1U);
}

TEST(Races, WhatCallOnceRunsIsSilent) {
  const auto findings = said(R"(
global table
function fill
  write table
function worker
  call ? known once invokes_arguments args=(callable fill)
  read table
function main
  local a handle
  local b handle
  spawn worker handle=a
  spawn worker handle=b
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Races, AFlagUnderALockHandsOver) {
  constexpr std::string_view text = R"(
global mu lock=mutex
global done
global result
function worker
  write result
  acquire mu
  write done
  release mu
function main
  local t handle
  spawn worker handle=t
  -> test
test:
  acquire mu
  %d = read done
  release mu
  branch reads=(%d) ? use : test
use:
  read result
)";
  EXPECT_TRUE(said(text, rule).empty()) << shown(said(text, rule));
  EXPECT_EQ(said(text, rule, Confidence::Low).size(), 1U);
}

TEST(Races, ASizeBesideAnElementIsNoConflict) {
  const auto findings = said(R"(
global slots container
function worker
  write slots[3]
function main
  local t handle
  spawn worker handle=t
  read slots by_library
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

} // namespace
} // namespace racecourse::analysis
