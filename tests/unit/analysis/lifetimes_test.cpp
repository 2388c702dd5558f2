// What ends, what forks, what throws: the rules about the life of threads and of what they use, on models.
#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

constexpr std::string_view escaping = "racecourse-escaping-reference";
constexpr std::string_view unjoined = "racecourse-unjoined-thread";
constexpr std::string_view exception = "racecourse-exception-escapes-thread";
constexpr std::string_view wait = "racecourse-wait-without-predicate";
constexpr std::string_view forking = "racecourse-fork-under-threads";

TEST(EscapingReference, ALocalThatEndsBeforeTheJoin) {
  const auto findings = said(R"(
function worker
  param p pointer
  write p->*
function main
  local t handle
  local x
  spawn worker handle=t args=(object x)
  end x
  join t
  end t
)",
                             escaping);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].confidence, Confidence::Medium);
  EXPECT_EQ(findings[0].place.line, 8U);
  ASSERT_EQ(findings[0].traces.size(), 2U);
}

TEST(EscapingReference, JoinedFirstHereOrInACallee) {
  const auto findings = said(R"(
function worker
  param p pointer
  write p->*
function finish
  param h reference handle
  join h
function main
  local t handle
  local u handle
  local x
  spawn worker handle=t args=(object x)
  spawn worker handle=u args=(object x)
  join t
  call finish args=(object u)
  end x
)",
                             escaping, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(EscapingReference, TheThreadFollowsItsHandleThroughAMove) {
  const auto text = [](std::string joined) {
    return R"(
function worker
  param p pointer
  write p->*
function main
  local t handle
  local all container
  local x
  spawn worker handle=t args=(object x)
  handle_move all[*] value=t
  )" + joined +
           R"(
  end x
)";
  };
  EXPECT_TRUE(said(text("join all[*] all_elements"), escaping, Confidence::Low).empty());
  EXPECT_EQ(said(text("join t"), escaping).size(), 1U);
}

TEST(EscapingReference, AnotherRunsThreadDoesNotCount) {
  // Two threads run `serve`, each with a local and a thread of its own: none outlives its own local.
  const auto findings = said(R"(
function worker
  param p pointer
  write p->*
function serve
  local t handle
  local x
  spawn worker handle=t args=(object x)
  join t
  end x
function main
  local a handle
  local b handle
  spawn serve handle=a
  spawn serve handle=b
  join a
  join b
)",
                             escaping, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(UnjoinedThread, FlagsDecideAlikeAndJoinableIsBelieved) {
  const auto findings = said(R"(
function worker
function main
  local t handle
  branch flag 7 ? start : on
start:
  spawn worker handle=t must_join
  -> on
on:
  branch flag 7 ? stop : out
stop:
  join t
  -> out
out:
  end t
function other
  local t handle
  spawn worker handle=t must_join
  branch owns t ? stop : out
stop:
  join t
  -> out
out:
  end t
)",
                             unjoined, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(UnjoinedThread, OneWayForgets) {
  const auto findings = said(R"(
function worker
function main
  local t handle
  spawn worker handle=t must_join
  branch flag 7 ? stop : out
stop:
  join t
  -> out
out:
  end t
)",
                             unjoined);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].confidence, Confidence::High);
}

TEST(UnjoinedThread, AMoveIntoALocalIsFollowedAndOneOutOfTheFunctionIsNot) {
  const auto followed = said(R"(
function worker
function main
  local t handle
  local all container
  spawn worker handle=t must_join
  handle_move all[*] value=t
  end t
  end all
)",
                             unjoined);
  ASSERT_EQ(followed.size(), 1U) << shown(followed);
  EXPECT_TRUE(mentions(followed[0], "`all`")) << followed[0].message;
  const auto gone = said(R"(
function worker
function main
  local t handle
  spawn worker handle=t must_join
  handle_move ? value=t
  end t
)",
                         unjoined, Confidence::Low);
  EXPECT_TRUE(gone.empty()) << shown(gone);
}

TEST(UnjoinedThread, OverwrittenInALoop) {
  const auto findings = said(R"(
function worker
function main
  local t handle
  -> loop
loop:
  branch ? body : out
body:
  spawn worker handle=t must_join
  -> loop
out:
  join t
  end t
)",
                             unjoined);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_TRUE(mentions(findings[0], "given another thread")) << findings[0].message;
}

TEST(ExceptionEscapes, OnlyWhereNobodyKeepsIt) {
  const auto text = [](std::string flags) {
    return R"(
function thrower
  throw
function worker
  call thrower may_throw
function main
  local t handle
  spawn worker handle=t )" +
           flags + R"(
  join t
)";
  };
  const auto findings = said(text(""), exception);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].confidence, Confidence::High);
  EXPECT_TRUE(said(text("carries_exceptions"), exception, Confidence::Low).empty());
}

TEST(ExceptionEscapes, CaughtMeansNoFlagAndRecursionEnds) {
  const auto findings = said(R"(
function thrower
  throw
function worker
  call thrower
  call worker may_throw
function main
  local t handle
  spawn worker handle=t
  join t
)",
                             exception, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(Wait, AWrapperIsJudgedAtItsCalls) {
  const auto text = [](std::string after) {
    return R"(
global mu lock=mutex
global cv synchroniser
function wrapper
  wait cv with mu
function main
  acquire mu
  -> again
again:
  call wrapper
  )" + after +
           R"(
out:
  release mu
)";
  };
  const auto once = said(text("-> out"), wait);
  ASSERT_EQ(once.size(), 1U) << shown(once);
  EXPECT_TRUE(mentions(once[0], "`main` waits")) << once[0].message;
  EXPECT_TRUE(said(text("branch ? again : out"), wait, Confidence::Low).empty());
}

TEST(Wait, ASecondLockCountsOnlyWhenTheNotificationNeedsIt) {
  const auto text =
      [](std::string first, std::string last) {
        return R"(
global outer lock=mutex
global mu lock=mutex
global cv synchroniser
function producer
  )" + first + R"(
  notify cv
  )" + last + R"(
function main
  local t handle
  spawn producer handle=t
  acquire outer
  acquire mu
  wait cv with mu predicate
  release mu
  release outer
  join t
)";
      };
  EXPECT_EQ(said(text("acquire outer", "release outer"), wait).size(), 1U);
  EXPECT_TRUE(said(text("acquire mu", "release mu"), wait, Confidence::Low).empty());
}

TEST(Fork, OnlyTheChildsSideAndOnlyWhileThreadsLive) {
  const auto text = [](std::string child, std::string joined) {
    return R"(
global mu lock=mutex
function worker
  acquire mu
  release mu
function main
  local t handle
  spawn worker handle=t
  )" + joined +
           R"(
  %f = call ? forks known
  branch )" +
           child + R"( ? one : two
one:
  acquire mu
  release mu
  call ? no_return known
two:
  join t
)";
  };
  const auto findings = said(text("child %f", ""), forking);
  ASSERT_EQ(findings.size(), 1U) << shown(findings);
  EXPECT_EQ(findings[0].confidence, Confidence::High);
  EXPECT_TRUE(said(text("not child %f", ""), forking, Confidence::Low).empty());
  EXPECT_TRUE(said(text("child %f", "join t"), forking, Confidence::Low).empty());
}

} // namespace
} // namespace racecourse::analysis
