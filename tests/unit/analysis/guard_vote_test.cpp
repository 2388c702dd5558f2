#include "checker/analysis/guard_vote.h"

#include <gtest/gtest.h>

namespace racecourse::analysis {
namespace {

std::vector<Ballot> ballots(std::initializer_list<std::vector<std::uint32_t>> held) {
  std::vector<Ballot> list;
  for (const auto& locks : held) {
    list.push_back({.held = locks});
  }
  return list;
}

TEST(GuardVote, ThreeOfFourWin) {
  const auto vote = voteForGuard(ballots({{7}, {7}, {7, 9}, {}}), 0.75);
  ASSERT_TRUE(vote);
  EXPECT_EQ(vote->lock, 7U);
  EXPECT_EQ(vote->held, 3U);
  EXPECT_EQ(vote->total, 4U);
  EXPECT_TRUE(vote->wins);
  EXPECT_TRUE(vote->clear);
  EXPECT_FALSE(vote->unanimous());
}

TEST(GuardVote, OneOddAccessOutOfThreeIsASuspect) {
  const auto vote = voteForGuard(ballots({{7}, {7}, {}}), 0.75);
  ASSERT_TRUE(vote);
  EXPECT_TRUE(vote->wins);
  EXPECT_FALSE(vote->clear); // two thirds
}

TEST(GuardVote, ThreeOfFiveAreNoMajorityOfThreeQuarters) {
  const auto vote = voteForGuard(ballots({{7}, {7}, {7}, {}, {}}), 0.75);
  ASSERT_TRUE(vote);
  EXPECT_FALSE(vote->wins);
}

TEST(GuardVote, OneLockedAccessIsNoRule) {
  const auto vote = voteForGuard(ballots({{7}}), 0.75);
  ASSERT_TRUE(vote);
  EXPECT_FALSE(vote->wins);
}

TEST(GuardVote, TwoUnanimousBallotsWin) {
  const auto vote = voteForGuard(ballots({{7}, {7}}), 0.75);
  ASSERT_TRUE(vote);
  EXPECT_TRUE(vote->wins);
  EXPECT_TRUE(vote->unanimous());
}

TEST(GuardVote, InitialisationHasNoVoice) {
  std::vector<Ballot> list = ballots({{7}, {7}, {7}});
  list.push_back({.held = {}, .counts = false});
  list.push_back({.held = {9}, .counts = false});
  const auto vote = voteForGuard(list, 0.75);
  ASSERT_TRUE(vote);
  EXPECT_EQ(vote->total, 3U);
  EXPECT_TRUE(vote->unanimous());
}

TEST(GuardVote, NobodyHoldsAnything) {
  EXPECT_FALSE(voteForGuard(ballots({{}, {}, {}}), 0.75));
  EXPECT_FALSE(voteForGuard({}, 0.75));
}

TEST(GuardVote, ALockHeldTwiceCountsOnceAndTiesGoToTheSmallerKey) {
  const auto vote = voteForGuard(ballots({{9, 9, 4}, {4, 9, 9}}), 0.75);
  ASSERT_TRUE(vote);
  EXPECT_EQ(vote->lock, 4U);
  EXPECT_EQ(vote->held, 2U);
}

} // namespace
} // namespace racecourse::analysis
