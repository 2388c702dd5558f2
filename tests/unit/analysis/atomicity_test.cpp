#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

constexpr std::string_view rule = "racecourse-check-then-act";

/// An account with one lock and a withdraw() that two threads run on one object.
std::string account(std::string_view withdraw) {
  return R"(
type Account
field Account::mu lock=mutex
field Account::balance
field Account::cond synchroniser
function Account::withdraw
)" + std::string(withdraw) +
         R"(
function worker
  param a reference type=Account
  call Account::withdraw receiver=a
function main
  local acc type=Account
  local t1 handle
  local t2 handle
  spawn worker handle=t1 args=(object acc)
  spawn worker handle=t2 args=(object acc)
  join t1
  join t2
)";
}

TEST(CheckThenAct, TestAndWriteInTwoCriticalSections) {
  const auto findings = said(account(R"(
  acquire this.mu
  %old = read this.balance
  release this.mu
  branch reads=(%old) ? enough : out
enough:
  acquire this.mu
  update this.balance
  release this.mu
  -> out
out:
)"),
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.confidence, Confidence::High);
  EXPECT_TRUE(mentions(finding, "`Account::balance` is read in one critical section of `acc.mu`"))
      << finding.message;
  EXPECT_TRUE(mentions(finding, "acted on in another")) << finding.message;
  EXPECT_EQ(finding.traces.size(), 2U);
  EXPECT_TRUE(hasNote(finding, "false if"));
}

TEST(CheckThenAct, TestAndWriteInOneCriticalSection) {
  const auto findings = said(account(R"(
  acquire this.mu
  %old = read this.balance
  branch reads=(%old) ? enough : out
enough:
  update this.balance
  -> out
out:
  release this.mu
)"),
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, TheCallerHoldsTheLockAroundBoth) {
  const auto findings = said(R"(
type Account
field Account::mu lock=mutex
field Account::balance
function Account::withdrawLocked
  %old = read this.balance
  branch reads=(%old) ? enough : out
enough:
  update this.balance
  -> out
out:
function worker
  param a reference type=Account
  acquire a.mu
  call Account::withdrawLocked receiver=a
  release a.mu
function main
  local acc type=Account
  local t handle
  -> loop
loop:
  spawn worker handle=t args=(object acc)
  -> loop, done
done:
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, TheSecondSectionTestsAgain) {
  const auto findings = said(account(R"(
  acquire this.mu
  %old = read this.balance
  release this.mu
  branch reads=(%old) ? enough : out
enough:
  acquire this.mu
  %now = read this.balance
  branch reads=(%now) ? still : less
still:
  update this.balance
  -> less
less:
  release this.mu
  -> out
out:
)"),
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, TheFirstSectionLeavesItsClaim) {
  const auto findings = said(account(R"(
  acquire this.mu
  %busy = read this.balance
  branch reads=(%busy) ? taken : free
taken:
  release this.mu
  -> out
free:
  write this.balance
  release this.mu
  acquire this.mu
  write this.balance
  release this.mu
  -> out
out:
)"),
                             rule);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, AWaitBetweenTestAndWriteOpensANewSection) {
  const auto findings = said(account(R"(
  local lk guard
  guard lk = acquire this.mu
  %old = read this.balance
  branch reads=(%old) ? enough : out
enough:
  wait this.cond with this.mu value=lk
  update this.balance
  -> out
out:
  guard_destroy lk
)"),
                             rule);
  EXPECT_EQ(findings.size(), 1U) << shown(findings);
}

TEST(CheckThenAct, AWaitLoopTestsAgain) {
  const auto findings = said(account(R"(
  local lk guard
  guard lk = acquire this.mu
  -> test
test:
  %old = read this.balance
  branch reads=(%old) ? enough : again
again:
  wait this.cond with this.mu value=lk in_loop
  -> test
enough:
  update this.balance
  guard_destroy lk
)"),
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, LostUpdateOverTwoSections) {
  const auto findings = said(account(R"(
  acquire this.mu
  %old = read this.balance
  release this.mu
  acquire this.mu
  write this.balance inputs=(%old)
  release this.mu
)"),
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "written back")) << findings[0].message;
}

TEST(CheckThenAct, UnlockedTestThenLockedWrite) {
  const auto findings = said(account(R"(
  %old = read this.balance
  branch reads=(%old) ? enough : out
enough:
  acquire this.mu
  update this.balance
  release this.mu
  -> out
out:
)"),
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "is tested without `acc.mu`")) << findings[0].message;
}

constexpr std::string_view double_check = R"(
  %old = read this.balance
  branch reads=(%old) ? out : slow
slow:
  acquire this.mu
  %now = read this.balance
  branch reads=(%now) ? done : make
make:
  write this.balance
  -> done
done:
  release this.mu
  -> out
out:
)";

TEST(CheckThenAct, DoubleCheckOfAPlainFlag) {
  const auto findings = said(account(double_check), rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "is not atomic")) << findings[0].message;
  EXPECT_TRUE(said(account(double_check), "racecourse-unguarded-shared-data").empty())
      << "one cause, one finding";
}

TEST(CheckThenAct, DoubleCheckOfAnAtomicIsRight) {
  std::string text = account(double_check);
  text.replace(text.find("field Account::balance"), 22, "field Account::balance atomic");
  for (std::size_t at = text.find("read this.balance"); at != std::string::npos;
       at = text.find("read this.balance", at + 20)) {
    text.insert(at + 17, " op=load");
  }
  text.insert(text.find("write this.balance") + 18, " op=store");
  EXPECT_TRUE(said(text, rule, Confidence::Low).empty()) << shown(said(text, rule, Confidence::Low));
}

TEST(CheckThenAct, AtomicLoadBranchStore) {
  constexpr std::string_view text = R"(
global seats atomic
global sold atomic
function worker
  %n = read seats op=load
  branch reads=(%n) ? some : none
some:
  %m = read seats op=load
  write seats op=store inputs=(%m)
  update sold op=update
  -> none
none:
function main
  local t handle
  -> loop
loop:
  spawn worker handle=t
  -> loop, done
done:
)";
  const auto findings = said(text, rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "atomic `seats` is loaded")) << findings[0].message;
}

TEST(CheckThenAct, CompareExchangeIsRight) {
  const auto findings = said(R"(
global seats atomic
function worker
  %n = read seats op=load
  branch reads=(%n) ? some : none
some:
  %x = update seats op=compare_exchange
  branch reads=(%x) ? none : some
none:
function main
  local t handle
  -> loop
loop:
  spawn worker handle=t
  -> loop, done
done:
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, AStopFlagStoredInsideItsLoop) {
  const auto findings = said(R"(
global running atomic
function worker
  -> test
test:
  %r = read running op=load
  branch reads=(%r) ? body : out
body:
  call ? known
  write running op=store
  -> test
out:
function main
  local t handle
  -> loop
loop:
  spawn worker handle=t
  -> loop, done
done:
)",
                             rule);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, TakingTurnsThroughAnAtomic) {
  const auto findings = said(R"(
global turn atomic
global log
function player
  -> test
test:
  %t = read turn op=load
  branch reads=(%t) ? go : test
go:
  read log
  write turn op=store
function main
  local a handle
  local b handle
  spawn player handle=a
  spawn player handle=b
)",
                             rule);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, ContainerTestThenInsert) {
  const auto findings = said(R"(
global cache container
function lookup
  %f = call ? receiver=cache container_test known label="find"
  read cache by_library
  branch reads=(%f) ? out : miss
miss:
  write cache by_library
  -> out
out:
function main
  local t handle
  -> loop
loop:
  spawn lookup handle=t
  -> loop, done
done:
)",
                             rule);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "`cache` is tested and then changed")) << findings[0].message;
}

TEST(CheckThenAct, ContainerTestThenInsertUnderOneLock) {
  const auto findings = said(R"(
global cache container
global mu lock=mutex
function lookup
  acquire mu
  %f = call ? receiver=cache container_test known label="find"
  branch reads=(%f) ? out : miss
miss:
  write cache by_library
  -> out
out:
  release mu
function main
  local t handle
  -> loop
loop:
  spawn lookup handle=t
  -> loop, done
done:
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, OneThreadAloneMayTestAndAct) {
  const auto findings = said(R"(
global cache container
function lookup
  %f = call ? receiver=cache container_test known label="find"
  branch reads=(%f) ? out : miss
miss:
  write cache by_library
  -> out
out:
function main
  local t handle
  spawn lookup handle=t
  join t
  call lookup
)",
                             rule, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(CheckThenAct, GetterAndSetterThatLockEachForThemselves) {
  const std::string text = R"(
type Account
field Account::mu lock=mutex
field Account::balance
function Account::get
  local lk guard
  guard lk = acquire this.mu
  %v = read this.balance
  guard_destroy lk
  return inputs=(%v)
function Account::sub
  local lk guard
  guard lk = acquire this.mu
  SUB
  guard_destroy lk
function worker
  param a reference type=Account
  %have = call Account::get receiver=a
  branch reads=(%have) ? enough : out
enough:
  call Account::sub receiver=a
  -> out
out:
function main
  local acc type=Account
  local t handle
  -> loop
loop:
  spawn worker handle=t args=(object acc)
  -> loop, done
done:
)";
  const auto with = [&](const std::string& sub) {
    std::string model = text;
    model.replace(model.find("SUB"), 3, sub);
    return model;
  };
  const auto findings = said(with("update this.balance"), rule);
  ASSERT_EQ(findings.size(), 1U) << shown(said(with("update this.balance"), rule, Confidence::Low));
  const std::string again =
      "%n = read this.balance\n  branch reads=(%n) ? yes : no\nyes:\n  update this.balance\n  -> no\nno:";
  EXPECT_TRUE(said(with(again), rule, Confidence::Low).empty()) << "sub() looks again before it acts";
}

} // namespace
} // namespace racecourse::analysis
