#include "tests/unit/analysis/probed.h"

namespace racecourse::analysis {
namespace {

TEST(Locksets, GuardHoldsUntilItDies) {
  Probed p(R"(
global m lock=mutex
function main
  local g guard
  probe "before"
  guard g = acquire m
  probe "inside"
  guard_destroy g
  probe "after"
)");
  EXPECT_EQ(p.at("before"), held(""));
  EXPECT_EQ(p.at("inside"), held("m"));
  EXPECT_EQ(p.at("after"), held(""));
}

TEST(Locksets, SharedModeIsShown) {
  Probed p(R"(
global m lock=shared
function main
  local g guard
  guard g = acquire m shared
  probe "inside"
  guard_destroy g
)");
  EXPECT_EQ(p.at("inside"), held("m (shared)"));
}

TEST(Locksets, DeferredGuardHoldsNothingUntilLocked) {
  Probed p(R"(
global m lock=mutex
function main
  local g guard
  guard g = defer m
  probe "deferred"
  guard_acquire g
  probe "locked"
  guard_release g
  probe "unlocked"
  guard_acquire g
  guard_destroy g
  probe "dead"
)");
  EXPECT_EQ(p.at("deferred"), held(""));
  EXPECT_EQ(p.at("locked"), held("m"));
  EXPECT_EQ(p.at("unlocked"), held(""));
  EXPECT_EQ(p.at("dead"), held(""));
}

TEST(Locksets, AdoptedLockIsReleasedByItsGuard) {
  Probed p(R"(
global m lock=mutex
function main
  local g guard
  acquire m
  guard g = adopt m
  probe "adopted"
  guard_destroy g
  probe "dead"
)");
  EXPECT_EQ(p.at("adopted"), held("m"));
  EXPECT_EQ(p.at("dead"), held(""));
}

TEST(Locksets, AdoptingTheCallersLockReleasesItForTheCaller) {
  Probed p(R"(
global m lock=mutex
function finish
  local g guard
  guard g = adopt m
  probe "adopted"
  guard_destroy g
function main
  acquire m
  call finish
  probe "after"
)");
  EXPECT_EQ(p.at("adopted"), held("m"));
  EXPECT_EQ(p.at("after"), held(""));
}

TEST(Locksets, ReleaseOfAGuardLeavesTheLockHeld) {
  Probed p(R"(
global m lock=mutex
function main
  local g guard
  guard g = acquire m
  guard_disown g
  guard_destroy g
  probe "still"
  release m
  probe "gone"
)");
  EXPECT_EQ(p.at("still"), held("m"));
  EXPECT_EQ(p.at("gone"), held(""));
}

TEST(Locksets, AMovedGuardTakesItsLockAlong) {
  Probed p(R"(
global m lock=mutex
global n lock=mutex
function main
  local g guard
  local h guard
  guard g = acquire m
  guard h = acquire n
  guard_move h = g
  probe "moved"
  guard_destroy g
  probe "source dead"
  guard_destroy h
  probe "both dead"
)");
  EXPECT_EQ(p.at("moved"), held("m")) << "the target's own lock is given back";
  EXPECT_EQ(p.at("source dead"), held("m"));
  EXPECT_EQ(p.at("both dead"), held(""));
}

TEST(Locksets, TryByHandIsHeldOnTheBranchThatSucceeded) {
  Probed p(R"(
global m lock=mutex
function main
  %t = try_acquire m
  probe "undecided"
  branch locked %t ? yes : no
yes:
  probe "yes"
  release m
  -> out
no:
  probe "no"
  -> out
out:
  probe "out"
)");
  EXPECT_EQ(p.at("undecided"), "must{} may{m}");
  EXPECT_EQ(p.at("yes"), held("m"));
  EXPECT_EQ(p.at("no"), held(""));
  EXPECT_EQ(p.at("out"), held(""));
}

TEST(Locksets, TryGuardIsDecidedByOwnsAndByNegation) {
  Probed p(R"(
global m lock=mutex
function main
  local g guard
  guard g = try_acquire m
  branch not owns g ? no : yes
no:
  probe "no"
  -> out
yes:
  probe "yes"
  -> out
out:
  guard_destroy g
  probe "out"
)");
  EXPECT_EQ(p.at("yes"), held("m"));
  EXPECT_EQ(p.at("no"), held(""));
  EXPECT_EQ(p.at("out"), held(""));
}

TEST(Locksets, CorrelatedFlagsKeepTheirLocks) {
  Probed p(R"(
global m lock=mutex
function main
  param concurrent
  branch flag 7 ? lock : work
lock:
  acquire m
  -> work
work:
  probe "work"
  branch flag 7 ? unlock : out
unlock:
  probe "unlock"
  release m
  -> out
out:
  probe "out"
)");
  EXPECT_EQ(p.at("work"), "must{} may{m}");
  EXPECT_EQ(p.at("unlock"), held("m"));
  EXPECT_EQ(p.at("out"), held(""));
}

TEST(Locksets, BranchesJoinMustAndMay) {
  Probed p(R"(
global a lock=mutex
global b lock=mutex
function main
  acquire a
  branch ? left : right
left:
  acquire b
  -> out
right:
  -> out
out:
  probe "out"
)");
  EXPECT_EQ(p.at("out"), "must{a} may{a b}");
}

TEST(Locksets, LoopsSettle) {
  Probed p(R"(
global m lock=mutex
global r lock=recursive
function main
  -> head
head:
  branch ? body : out
body:
  acquire m
  probe "body"
  release m
  acquire r
  -> head
out:
  probe "out"
)");
  EXPECT_EQ(p.at("body"), "must{m} may{m r}");
  EXPECT_EQ(p.at("out"), "must{} may{r}");
}

TEST(Locksets, GroupsAreTakenTogether) {
  Probed p(R"(
global a lock=mutex
global b lock=mutex
function main
  local g guard
  guard g = acquire (a, b)
  probe "both"
  guard_destroy g
  probe "none"
)");
  EXPECT_EQ(p.at("both"), held("a b"));
  EXPECT_EQ(p.at("none"), held(""));
}

TEST(Locksets, RecursiveHoldsAreCounted) {
  Probed p(R"(
global r lock=recursive
function main
  acquire r
  acquire r
  release r
  probe "once"
  release r
  probe "none"
)");
  EXPECT_EQ(p.at("once"), held("r"));
  EXPECT_EQ(p.at("none"), held(""));
}

TEST(Locksets, WaitKeepsItsLock) {
  Probed p(R"(
global m lock=mutex
global other lock=mutex
global cv synchroniser
function main
  local g guard
  guard g = acquire m
  wait cv with m value=g in_loop
  probe "woken"
  guard_destroy g
  probe "after"
)");
  EXPECT_EQ(p.at("woken"), held("m"));
  EXPECT_EQ(p.at("after"), held(""));
}

TEST(Locksets, APredicateRunsUnderTheLock) {
  Probed p(R"(
global m lock=mutex
global cv synchroniser
function main
  local g guard
  guard g = acquire m
  wait cv with m value=g predicate args=(callable ready)
  guard_destroy g
function ready lambda enclosing=main
  probe "ready"
)");
  EXPECT_EQ(p.at("ready"), held("m"));
}

TEST(Locksets, CodeAfterNoReturnIsNotReached) {
  Probed p(R"(
global m lock=mutex
declare abort
function main
  acquire m
  branch ? bad : good
bad:
  call abort no_return known
  probe "never"
  -> good
good:
  release m
  probe "good"
)");
  EXPECT_EQ(p.at("never"), "");
  EXPECT_EQ(p.at("good"), held(""));
}

// Wrappers.

TEST(Wrappers, LockAndUnlockFunctions) {
  Probed p(R"(
type Monitor
field Monitor::mu lock=mutex
global monitor type=Monitor
function Monitor::enter
  acquire this.mu
function Monitor::leave
  release this.mu
function lockIt
  param m pointer
  acquire m->*
function main
  call Monitor::enter receiver=monitor
  probe "entered"
  call Monitor::leave receiver=monitor
  probe "left"
  call lockIt args=(object monitor.mu)
  probe "by pointer"
)");
  EXPECT_EQ(p.at("entered"), held("monitor.mu"));
  EXPECT_EQ(p.at("left"), held(""));
  EXPECT_EQ(p.at("by pointer"), held("monitor.mu"));
}

TEST(Wrappers, WrappersOfWrappers) {
  Probed p(R"(
global m lock=mutex
function a
  acquire m
function b
  call a
function c
  call b
function d
  release m
function main
  call c
  probe "held"
  call d
  probe "free"
)");
  EXPECT_EQ(p.at("held"), held("m"));
  EXPECT_EQ(p.at("free"), held(""));
}

TEST(Wrappers, TryWrapperIsDecidedByItsResult) {
  Probed p(R"(
global m lock=mutex
function tryEnter
  %t = try_acquire m
  branch locked %t ? yes : no
yes:
  return copy
no:
  return copy
function main
  %r = call tryEnter
  branch reads=(%r) ? yes : no
yes:
  probe "yes"
  release m
  -> out
no:
  probe "no"
  -> out
out:
  probe "out"
)");
  EXPECT_EQ(p.at("yes"), held("m"));
  EXPECT_EQ(p.at("no"), held(""));
  EXPECT_EQ(p.at("out"), held(""));
}

TEST(Wrappers, AFunctionThatReturnsAGuard) {
  Probed p(R"(
type Table
field Table::mu lock=mutex
global table type=Table
function Table::locked
  local g guard
  guard g = acquire this.mu
  return object g
  guard_destroy g
function main
  local h guard
  %c = call Table::locked receiver=table
  guard_move h = result(%c)
  probe "held"
  guard_destroy h
  probe "free"
)");
  EXPECT_EQ(p.at("held"), held("table.mu"));
  EXPECT_EQ(p.at("free"), held(""));
}

TEST(Wrappers, AUserGuardClassWithAReference) {
  Probed p(R"(
type Scoped
field Scoped::m_ reference lock=mutex
global m lock=mutex
function Scoped::Scoped constructor
  param m reference
  write this.m_ initialises value=m value_kind=object
  acquire this.m_
function Scoped::~Scoped destructor
  release this.m_
function main
  local s type=Scoped
  call Scoped::Scoped receiver=s args=(object m)
  probe "held"
  call Scoped::~Scoped receiver=s
  probe "free"
)");
  EXPECT_EQ(p.at("held"), held("m"));
  EXPECT_EQ(p.at("free"), held(""));
}

TEST(Wrappers, AUserGuardClassWithAPointer) {
  Probed p(R"(
type Scoped
field Scoped::m_ pointer
global m lock=mutex
function Scoped::Scoped constructor
  param m pointer
  write this.m_ initialises value=m value_kind=value
  acquire this.m_->*
function Scoped::~Scoped destructor
  release this.m_->*
function main
  local s type=Scoped
  call Scoped::Scoped receiver=s args=(object m)
  probe "held"
  call Scoped::~Scoped receiver=s
  probe "free"
)");
  EXPECT_EQ(p.at("held"), held("m"));
  EXPECT_EQ(p.at("free"), held(""));
}

TEST(Wrappers, ResultsOfGettersAreTheirObject) {
  Probed p(R"(
type Service
field Service::mu lock=mutex
global service type=Service
function instance
  return object service
function main
  %a = call instance
  acquire result(%a).mu
  probe "held"
  %b = call instance
  release result(%b).mu
  probe "free"
)");
  EXPECT_EQ(p.at("held"), held("service.mu"));
  EXPECT_EQ(p.at("free"), held(""));
}

TEST(Wrappers, AHelperThatUnlocksTheGuardItIsGiven) {
  Probed p(R"(
global m lock=mutex
function pause
  param lk guard reference
  guard_release lk
  probe "paused"
  guard_acquire lk
  probe "resumed"
function main
  local g guard
  guard g = acquire m
  call pause args=(object g)
  probe "back"
  guard_destroy g
  probe "free"
)");
  EXPECT_EQ(p.at("paused"), held(""));
  EXPECT_EQ(p.at("resumed"), held("m"));
  EXPECT_EQ(p.at("back"), held("m"));
  EXPECT_EQ(p.at("free"), held(""));
}

TEST(Wrappers, AnnotationsOfBodilessFunctionsAreTrusted) {
  Probed p(R"(
type Mutex
field Mutex::impl lock=mutex
global m type=Mutex
declare Mutex::Lock
function Mutex::Lock
  acquires this.impl
function Mutex::Unlock
  releases this.impl
function main
  call Mutex::Lock receiver=m
  probe "held"
  call Mutex::Unlock receiver=m
  probe "free"
)");
  EXPECT_EQ(p.at("held"), held("m.impl"));
  EXPECT_EQ(p.at("free"), held(""));
}

// Locks of callers.

TEST(EntryLocksets, AHelperAlwaysCalledWithTheLockHeld) {
  Probed p(R"(
type Account
field Account::mu lock=mutex
global account type=Account
function Account::addLocked private
  probe "helper"
function Account::add
  local g guard
  guard g = acquire this.mu
  call Account::addLocked receiver=this
  guard_destroy g
function Account::addTwice
  acquire this.mu
  call Account::addLocked receiver=this
  call Account::addLocked receiver=this
  release this.mu
function main
  call Account::add receiver=account
  call Account::addTwice receiver=account
)");
  EXPECT_EQ(p.at("helper"), held("Account::mu") + " | " + held("account.mu"))
      << "as any caller's account, and as main's";
}

TEST(EntryLocksets, OneCallerWithoutTheLockMakesItMay) {
  Probed p(R"(
global m lock=mutex
function helper
  probe "helper"
function main
  acquire m
  call helper
  release m
  call helper
)");
  EXPECT_EQ(p.at("helper"), "must{} may{m}");
}

TEST(EntryLocksets, LocksTheCalleeCannotNameKeepTheirIdentity) {
  Probed p(R"(
type Account
field Account::mu lock=mutex
function leaf
  probe "leaf"
function main
  local a type=Account
  acquire a.mu
  call leaf
  release a.mu
)");
  EXPECT_EQ(p.at("leaf"), held("a.mu"));
}

TEST(EntryLocksets, RecursionKeepsWhatEveryCallHolds) {
  Probed p(R"(
global m lock=mutex
global n lock=mutex
function walk
  probe "walk"
  branch ? again : out
again:
  acquire n
  call walk
  release n
  -> out
out:
  probe "out"
function main
  acquire m
  call walk
  release m
)");
  EXPECT_EQ(p.at("walk"), "must{m} may{m n}");
}

TEST(EntryLocksets, AReleaseInTheCalleeCountsInside) {
  Probed p(R"(
global m lock=mutex
function yieldLock
  release m
  probe "released"
  acquire m
  probe "again"
function main
  acquire m
  call yieldLock
  probe "back"
  release m
)");
  EXPECT_EQ(p.at("released"), held(""));
  EXPECT_EQ(p.at("again"), held("m"));
  EXPECT_EQ(p.at("back"), held("m"));
}

TEST(EntryLocksets, RequiredLocksAreHeld) {
  Probed p(R"(
type Account
field Account::mu lock=mutex
function Account::peek
  requires this.mu
  probe "peek"
function main
  local a type=Account
  call Account::peek receiver=a
)");
  EXPECT_EQ(p.at("peek"), held("Account::mu") + " | " + held("a.mu"))
      << "as any caller's account, and as main's";
}

TEST(EntryLocksets, ALambdaInvokedAtOnceInheritsTheLocks) {
  Probed p(R"(
global m lock=mutex
declare for_each
function main
  acquire m
  call for_each invokes_arguments known args=(callable body)
  release m
function body lambda enclosing=main
  probe "now"
)");
  EXPECT_EQ(p.at("now"), held("m"));
}

TEST(EntryLocksets, ALambdaPassedToAFunctionThatCallsIt) {
  Probed p(R"(
global m lock=mutex
function withLock
  param work
  acquire m
  call ? indirect path=work
  release m
function main
  call withLock args=(callable body)
  probe "after"
function body lambda enclosing=main
  probe "inside"
)");
  EXPECT_EQ(p.at("inside"), held("m"));
  EXPECT_EQ(p.at("after"), held(""));
}

TEST(EntryLocksets, AStoredLambdaStartsWithNothing) {
  Probed p(R"(
global m lock=mutex
declare onEvent
function main
  acquire m
  call onEvent stores_arguments known args=(callable body)
  release m
function body lambda enclosing=main
  probe "later"
)");
  EXPECT_EQ(p.at("later"), held(""));
}

TEST(EntryLocksets, OverridersInheritTheLocksOfTheCall) {
  Probed p(R"(
type Base
type Derived bases=(Base)
global m lock=mutex
function Base::run virtual
  probe "base"
function Derived::run virtual overrides=(Base::run)
  probe "derived"
function main
  local d type=Derived
  acquire m
  call Base::run virtual receiver=d
  release m
)");
  EXPECT_EQ(p.at("base"), held("m"));
  EXPECT_EQ(p.at("derived"), held("m"));
}

} // namespace
} // namespace racecourse::analysis
