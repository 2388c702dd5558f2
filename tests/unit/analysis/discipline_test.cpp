#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

constexpr std::string_view double_lock = "racecourse-double-lock";
constexpr std::string_view leak = "racecourse-lock-leak";

TEST(DoubleLock, TakenTwiceInOneFunction) {
  const auto findings = said(R"(
global mu lock=mutex
function main
  acquire mu
  acquire mu
  release mu
  release mu
)",
                             double_lock);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].confidence, Confidence::High);
  EXPECT_EQ(findings[0].place.line, 5U);
  EXPECT_TRUE(mentions(findings[0], "`mu` is locked in `main`")) << findings[0].message;
}

TEST(DoubleLock, RecursiveAndUnknownLocksAreSilent) {
  for (std::string kind : {"recursive", "unknown", "semaphore", "binary_semaphore"}) {
    const auto findings =
        said("global mu lock=" + kind +
                 "\nfunction main\n  acquire mu\n  acquire mu\n  release mu\n  release mu\n",
             double_lock, Confidence::Low);
    EXPECT_TRUE(findings.empty()) << kind << shown(findings);
  }
}

TEST(DoubleLock, TryAndReadersAreSilent) {
  const auto findings = said(R"(
global mu lock=mutex
global rw lock=shared
function main
  acquire rw shared
  acquire rw shared
  release rw shared
  release rw shared
  acquire mu
  %t = try_acquire mu
  release mu
)",
                             double_lock);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(DoubleLock, UpgradingAReaderBlocksItself) {
  EXPECT_EQ(said(R"(
global rw lock=shared
function main
  acquire rw shared
  acquire rw
  release rw
  release rw shared
)",
                 double_lock)
                .size(),
            1U);
}

TEST(DoubleLock, ReleasedInBetweenIsSilent) {
  const auto findings = said(R"(
global mu lock=mutex
function main
  acquire mu
  release mu
  acquire mu
  release mu
)",
                             double_lock, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(DoubleLock, ThroughACalleeThatOthersCallWithoutTheLock) {
  const auto findings = said(R"(
type Cache
field Cache::mu lock=mutex
function Cache::size exported
  local lk guard
  guard lk = acquire this.mu
  guard_destroy lk
function Cache::full exported
  call Cache::size receiver=this
function Cache::put exported
  local lk guard
  guard lk = acquire this.mu
  call Cache::full receiver=this
  guard_destroy lk
function main
  local c type=Cache
  call Cache::put receiver=c
  call Cache::size receiver=c
)",
                             double_lock);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].place.line, 6U) << "the second acquisition";
  EXPECT_TRUE(mentions(findings[0], "`Cache::put` holds `c.mu` when it calls `Cache::full`"))
      << findings[0].message;
  EXPECT_EQ(findings[0].traces[0].steps.back().place.line, 6U);
}

TEST(DoubleLock, AnotherObjectOfTheClassIsSilent) {
  const auto findings = said(R"(
type Node
field Node::mu lock=mutex
function Node::touch exported
  acquire this.mu
  release this.mu
function Node::link exported
  param other reference type=Node
  acquire this.mu
  call Node::touch receiver=other
  release this.mu
)",
                             double_lock);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(DoubleLock, CalleeThatLocksOnlyWhenTheFlagSaysSoIsLow) {
  const std::string text = R"(
global mu lock=mutex
function get
  param locked
  branch flag 1 ? skip : take
take:
  acquire mu
  release mu
  -> skip
skip:
function main
  acquire mu
  call get args=(copy)
  release mu
)";
  EXPECT_TRUE(said(text, double_lock).empty());
  EXPECT_EQ(said(text, double_lock, Confidence::Low).size(), 1U);
}

TEST(DoubleLock, CalleeThatReleasesFirstIsSilent) {
  const auto findings = said(R"(
global mu lock=mutex
function relax
  release mu
  acquire mu
function main
  acquire mu
  call relax
  release mu
)",
                             double_lock, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

constexpr std::string_view ordered_transfer = R"(
type Account
field Account::mu lock=mutex
field Account::id const
function transfer exported
  param from reference type=Account
  param to reference type=Account
  PROLOGUE
  %a = read from.id
  %b = read to.id
  branch identity reads=(%a, %b) ? forth : back
forth:
  acquire from.mu
  acquire to.mu
  -> out
back:
  acquire to.mu
  acquire from.mu
  -> out
out:
  release to.mu
  release from.mu
)";

TEST(DoubleLock, OrderedByIdentityButTheSameTwice) {
  std::string text(ordered_transfer);
  text.replace(text.find("PROLOGUE"), 8, "");
  text += R"(
function worker
  param a reference type=Account
  param b reference type=Account
  call transfer args=(object a, object b)
global accounts type=Account
function main
  local t handle
  -> loop
loop:
  spawn worker handle=t args=(object accounts[*], object accounts[*])
  -> loop, done
done:
)";
  const auto findings = said(text, double_lock);
  ASSERT_EQ(findings.size(), 1U) << shown(said(text, double_lock, Confidence::Low));
  EXPECT_EQ(findings[0].confidence, Confidence::Medium);
  EXPECT_TRUE(mentions(findings[0], "the same object")) << findings[0].message;
}

TEST(DoubleLock, TheSameTwiceIsSentAwayFirst) {
  std::string text(ordered_transfer);
  text.replace(text.find("PROLOGUE"), 8, "branch flag 7 ? end : go\nend:\n  return\ngo:");
  const auto findings = said(text, double_lock);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(LockLeak, EarlyReturn) {
  const auto findings = said(R"(
global mu lock=mutex
global n
function worker
  acquire mu
  %v = read n
  branch reads=(%v) ? early : rest
early:
  return
rest:
  release mu
function main
  call worker
)",
                             leak);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].place.line, 9U);
  EXPECT_TRUE(mentions(findings[0], "`worker` can return with `mu` still locked")) << findings[0].message;
}

TEST(LockLeak, ExceptionInBetween) {
  const auto findings = said(R"(
global mu lock=mutex
global n
function worker
  acquire mu
  %v = read n
  branch reads=(%v) ? bad : rest
bad:
  throw
rest:
  release mu
function main
  call worker
)",
                             leak);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "exception")) << findings[0].message;
}

TEST(LockLeak, GuardsReleaseOnEveryWay) {
  const auto findings = said(R"(
global mu lock=mutex
global n
function worker
  local lk guard
  guard lk = acquire mu
  %v = read n
  branch reads=(%v) ? early : rest
early:
  guard_destroy lk
  return
rest:
  guard_destroy lk
function main
  call worker
)",
                             leak, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(LockLeak, WrappersAreSomebodysLockAndUnlock) {
  const auto findings = said(R"(
type Mutex
field Mutex::m lock=mutex
function Mutex::Lock exported
  acquire this.m
function Mutex::Unlock exported
  release this.m
function Mutex::TryLock exported
  %t = try_acquire this.m
  branch locked %t ? yes : no
yes:
  return
no:
  return
global mu type=Mutex
function main
  call Mutex::Lock receiver=mu
  call Mutex::Unlock receiver=mu
)",
                             leak);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(LockLeak, ReturningWithTheLockForACallerThatReleasesIt) {
  const auto findings = said(R"(
global mu lock=mutex
global n
function begin
  acquire mu
  %v = read n
  branch reads=(%v) ? yes : no
yes:
  return
no:
  release mu
  return
function main
  %b = call begin
  branch reads=(%b) ? got : out
got:
  release mu
  -> out
out:
)",
                             leak);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(LockLeak, ReleasedOnceTooOften) {
  const auto findings = said(R"(
global mu lock=mutex
function main
  acquire mu
  release mu
  release mu
)",
                             leak);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].place.line, 6U);
}

} // namespace
} // namespace racecourse::analysis
