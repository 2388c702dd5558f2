#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

constexpr std::string_view rule = "racecourse-lock-order-inversion";

/// Two locks, two functions, two threads; `between` is what the main function does.
std::string
twoOrders(std::string_view first, std::string_view second,
          std::string_view rest = "  spawn one handle=t1\n  spawn two handle=t2\n  join t1\n  join t2\n",
          std::string_view kind = "mutex") {
  std::string text;
  for (std::string_view name : {"a", "b", "gate"}) {
    text += "global " + std::string(name) + " lock=" + std::string(kind) + "\n";
  }
  text += "function one\n" + std::string(first) + "function two\n" + std::string(second);
  text += "function main\n  local t1 handle\n  local t2 handle\n" + std::string(rest);
  return text;
}

constexpr std::string_view a_then_b = "  acquire a\n  acquire b\n  release b\n  release a\n";
constexpr std::string_view b_then_a = "  acquire b\n  acquire a\n  release a\n  release b\n";

TEST(LockOrder, BothOrdersOfTwoLocks) {
  const auto findings = said(twoOrders(a_then_b, b_then_a), rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.confidence, Confidence::High);
  EXPECT_TRUE(mentions(finding, "`a` and `b` are locked in both orders")) << finding.message;
  EXPECT_TRUE(mentions(finding, "`one` waits for `b` while holding `a`")) << finding.message;
  ASSERT_EQ(finding.traces.size(), 2U);
  EXPECT_TRUE(hasNote(finding, "consistent order")) << shown(findings);
  EXPECT_TRUE(hasNote(finding, "false if"));
  EXPECT_EQ(finding.identity, "racecourse-lock-order-inversion|a|one|b|two");
}

TEST(LockOrder, OneOrderIsSilent) {
  EXPECT_TRUE(said(twoOrders(a_then_b, a_then_b), rule, Confidence::Low).empty());
}

TEST(LockOrder, TheMajorityIsTheConsistentOrder) {
  const std::string text = twoOrders(a_then_b, b_then_a,
                                     "  spawn one handle=t1\n  spawn two handle=t2\n  acquire b\n  acquire "
                                     "a\n  release a\n  release b\n  acquire b\n"
                                     "  acquire a\n  release a\n  release b\n");
  const auto findings = said(text, rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(hasNote(findings[0], "consistent order: `b` before `a`, as at 3 places against 1"))
      << shown(findings);
  EXPECT_EQ(findings[0].place.line, 6U) << "the exception is where the finding points";
}

TEST(LockOrder, OneThreadAloneCannotBlockItself) {
  EXPECT_TRUE(said(twoOrders(a_then_b, b_then_a, "  call one\n  call two\n"), rule, Confidence::Low).empty());
}

TEST(LockOrder, JoinedBeforeTheOtherStartsIsSilent) {
  EXPECT_TRUE(said(twoOrders(a_then_b, b_then_a,
                             "  spawn one handle=t1\n  join t1\n  spawn two handle=t2\n  join t2\n"),
                   rule, Confidence::Low)
                  .empty());
}

TEST(LockOrder, GateLockIsSilent) {
  const std::string first = "  acquire gate\n" + std::string(a_then_b) + "  release gate\n";
  const std::string second = "  acquire gate\n" + std::string(b_then_a) + "  release gate\n";
  EXPECT_TRUE(said(twoOrders(first, second), rule, Confidence::Low).empty());
  EXPECT_EQ(said(twoOrders(first, b_then_a), rule).size(), 1U) << "one side without the gate";
}

TEST(LockOrder, GroupedAcquisitionIsSilent) {
  const std::string first = "  local lk guard\n  guard lk = acquire (a, b)\n  guard_destroy lk\n";
  const std::string second = "  local lk guard\n  guard lk = acquire (b, a)\n  guard_destroy lk\n";
  EXPECT_TRUE(said(twoOrders(first, second), rule, Confidence::Low).empty());
}

TEST(LockOrder, GroupTakenUnderAnotherLockStillHasEdges) {
  const std::string first = "  acquire gate\n  acquire (a, b)\n  release a\n  release b\n  release gate\n";
  const std::string second = "  acquire b\n  acquire gate\n  release gate\n  release b\n";
  EXPECT_EQ(said(twoOrders(first, second), rule).size(), 1U);
}

TEST(LockOrder, TryWaitsForNothing) {
  const std::string second =
      "  acquire b\n  %t = try_acquire a\n  branch locked %t ? yes : no\nyes:\n  release a\n"
      "  release b\n  -> out\nno:\n  release b\n  -> out\nout:\n";
  EXPECT_TRUE(said(twoOrders(a_then_b, second), rule, Confidence::Low).empty());
  const std::string timed =
      "  acquire b\n  %t = timed_acquire a\n  branch locked %t ? yes : no\nyes:\n  release a\n"
      "  release b\n  -> out\nno:\n  release b\n  -> out\nout:\n";
  EXPECT_TRUE(said(twoOrders(a_then_b, timed), rule, Confidence::Low).empty());
}

TEST(LockOrder, ReadersOfBothLocksAreSilent) {
  const std::string first = "  acquire a shared\n  acquire b shared\n  release b\n  release a\n";
  const std::string second = "  acquire b shared\n  acquire a shared\n  release a\n  release b\n";
  constexpr std::string_view rest = "  spawn one handle=t1\n  spawn two handle=t2\n";
  EXPECT_TRUE(said(twoOrders(first, second, rest, "shared"), rule, Confidence::Low).empty());
  EXPECT_EQ(said(twoOrders(first, b_then_a, rest, "shared"), rule).size(), 1U)
      << "a writer waits for readers";
}

TEST(LockOrder, ThreeLocksInACircle) {
  const auto findings = said(R"(
global a lock=mutex
global b lock=mutex
global c lock=mutex
function one
  acquire a
  acquire b
  release b
  release a
function two
  acquire b
  acquire c
  release c
  release b
function three
  acquire c
  acquire a
  release a
  release c
function main
  local t handle
  spawn one handle=t
  spawn two handle=t
  spawn three handle=t
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].traces.size(), 3U);
  EXPECT_TRUE(mentions(findings[0], "`a`, `b` and `c` are locked in a circle")) << findings[0].message;
}

TEST(LockOrder, TheSecondLockIsTakenTwoCallsDeeper) {
  const auto findings = said(R"(
global a lock=mutex
global b lock=mutex
function deepest
  acquire b
  release b
function deeper
  call deepest
function one
  acquire a
  call deeper
  release a
function two
  acquire b
  acquire a
  release a
  release b
function free
  call deeper
function main
  local t handle
  spawn one handle=t
  spawn two handle=t
  call free
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  const Trace& trace = findings[0].traces[0];
  ASSERT_GE(trace.steps.size(), 3U);
  EXPECT_EQ(trace.steps.back().place.line, 5U) << "the acquisition itself ends the trace";
}

TEST(LockOrder, CalleeThatLetsGoOfTheCallersLockFirst) {
  const auto findings = said(R"(
global a lock=mutex
global b lock=mutex
function relax
  release a
  acquire b
  release b
  acquire a
function one
  acquire a
  call relax
  release a
function two
  acquire b
  acquire a
  release a
  release b
function main
  local t handle
  spawn one handle=t
  spawn two handle=t
)",
                             rule);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

constexpr std::string_view account = R"(
type Account
field Account::mu lock=mutex
field Account::id const
field Account::balance
field Account::parent pointer type=Account
)";

TEST(LockOrder, TwoAccountsInBothOrders) {
  const std::string transfer = R"(
function transfer
  param from reference type=Account
  param to reference type=Account
  acquire from.mu
  acquire to.mu
  release to.mu
  release from.mu
global x type=Account
global y type=Account
function there
  call transfer args=(object x, object y)
function back
  call transfer args=(object y, object x)
function main
  local t handle
  spawn there handle=t
  spawn SECOND handle=t
)";
  const auto with = [&](const std::string& second) {
    std::string text = std::string(account) + transfer;
    text.replace(text.find("SECOND"), 6, second);
    return said(text, rule, Confidence::Medium);
  };
  EXPECT_EQ(with("back").size(), 1U);
  EXPECT_TRUE(with("there").empty()) << "both threads take x before y";
}

TEST(LockOrder, AnyTwoAccountsOfALibraryAndTheAddressOrder) {
  const std::string plain = R"(
function Account::transfer exported
  param to reference type=Account
  acquire this.mu
  acquire to.mu
  release to.mu
  release this.mu
)";
  const auto findings = said(std::string(account) + plain, rule);
  ASSERT_EQ(findings.size(), 1U) << shown(said(std::string(account) + plain, rule, Confidence::Low));
  EXPECT_EQ(findings[0].confidence, Confidence::Medium);
  EXPECT_TRUE(mentions(findings[0], "two `Account::mu` are held at once")) << findings[0].message;
  const std::string ordered = R"(
function Account::transfer exported
  param to reference type=Account
  %a = read this.id
  %b = read to.id
  branch identity reads=(%a, %b) ? forth : back
forth:
  acquire this.mu
  acquire to.mu
  -> out
back:
  acquire to.mu
  acquire this.mu
  -> out
out:
  release to.mu
  release this.mu
)";
  EXPECT_TRUE(said(std::string(account) + ordered, rule).empty());
}

TEST(LockOrder, ChildThenParentIsAHierarchy) {
  const std::string text = R"(
function Account::post exported
  acquire this.mu
  acquire this.parent->mu
  release this.parent->mu
  release this.mu
)";
  EXPECT_TRUE(said(std::string(account) + text, rule).empty());
}

TEST(LockOrder, TwoLocksOfOneClassAcrossItsMethods) {
  const auto findings = said(R"(
type Cache
field Cache::map_mu lock=mutex
field Cache::log_mu lock=mutex
function Cache::put exported
  local m guard
  local l guard
  guard m = acquire this.map_mu
  guard l = acquire this.log_mu
  guard_destroy l
  guard_destroy m
function Cache::dump exported
  local m guard
  local l guard
  guard l = acquire this.log_mu
  guard m = acquire this.map_mu
  guard_destroy m
  guard_destroy l
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].confidence, Confidence::Medium);
}

} // namespace
} // namespace racecourse::analysis
