// The rules for cycles, each alone and together, on hand-made witnesses.
#include "runtime/src/verdict.h"

#include <gtest/gtest.h>

#include <deque>

namespace racecourse::detail {
namespace {

bool neverOrdered(const Witness&, const Witness&) {
  return false;
}
/// Segments as a clock that all threads share.
bool bySegment(const Witness& first, const Witness& second) {
  return first.segment < second.segment;
}

struct Story {
  std::deque<Witness> witnesses;
  std::deque<HeldSet> sets; // one lock each: a set with more needs the arena's layout
  std::vector<const Witness*> steps;

  Witness& add(std::size_t step, std::uint32_t thread, std::uint32_t gate) {
    HeldSet& set = sets.emplace_back();
    set.count = 1;
    set.held[0] = {gate, Mode::Exclusive};
    Witness& witness = witnesses.emplace_back();
    witness.thread = thread;
    witness.all = &set;
    if (steps.size() <= step) steps.resize(step + 1);
    witness.next = const_cast<Witness*>(steps[step]);
    steps[step] = &witness;
    return witness;
  }
  Verdict judged(OrderedBefore ordered = neverOrdered) { return judge(steps, ordered); }
};

TEST(Verdict, TwoThreadsAndNoGateIsPossible) {
  Story story;
  story.add(0, 1, 10);
  story.add(1, 2, 20);
  EXPECT_EQ(story.judged().level, Level::Possible);
}

TEST(Verdict, OneThreadCannotWaitForItself) {
  Story story;
  story.add(0, 1, 10);
  story.add(1, 1, 20);
  EXPECT_EQ(story.judged().rules, RuleOneThread);
}

TEST(Verdict, OneGoodCombinationAmongMany) {
  Story story;
  story.add(0, 1, 10);
  story.add(1, 1, 20);
  story.add(1, 2, 10); // gate
  story.add(1, 3, 30); // free
  Verdict verdict = story.judged();
  EXPECT_EQ(verdict.level, Level::Possible);
  EXPECT_EQ(verdict.chosen[1]->thread, 3u);
}

TEST(Verdict, AGateMustAdmitOnlyOne) {
  Story story;
  Witness& one = story.add(0, 1, 10);
  Witness& two = story.add(1, 2, 10);
  EXPECT_EQ(story.judged().rules, RuleGate);
  one.all->held[0].mode = Mode::Shared;
  EXPECT_EQ(story.judged().rules, RuleGate) << "a reader and a writer do exclude each other";
  two.all->held[0].mode = Mode::Shared;
  EXPECT_EQ(story.judged().level, Level::Possible);
}

TEST(Verdict, ReadersMeetAtTheLockTheyShare) {
  Story story;
  Witness& one = story.add(0, 1, 10);
  Witness& two = story.add(1, 2, 20);
  one.want_mode = Mode::Shared;
  EXPECT_EQ(story.judged().level, Level::Possible) << "the other holds it for writing";
  two.hold_mode = Mode::Shared;
  EXPECT_EQ(story.judged().rules, RuleReaders);
  one.readers_share = false; // a lock that keeps readers out while a writer waits
  EXPECT_EQ(story.judged().level, Level::Possible);
}

TEST(Verdict, ATimedRequestEndsByItself) {
  Story story;
  story.add(0, 1, 10).patience = Patience::Timed;
  story.add(1, 2, 20);
  EXPECT_EQ(story.judged().rules, RuleTimed);
}

TEST(Verdict, OrderedStepsCannotMeet) {
  Story story;
  story.add(0, 1, 10).segment = 1;
  story.add(1, 2, 20).segment = 2;
  EXPECT_EQ(story.judged(bySegment).rules, RuleOrdered);
  story.add(1, 3, 30).segment = 1;
  EXPECT_EQ(story.judged(bySegment).level, Level::Possible);
}

TEST(Verdict, TheReasonIsTheSmallestSetOfRules) {
  Story story;
  Witness& one = story.add(0, 1, 10);
  story.add(1, 2, 10);
  one.patience = Patience::Timed;
  EXPECT_EQ(story.judged().rules, RuleGate | RuleTimed);
  story.add(0, 1, 30); // another time without limit and without gate
  EXPECT_EQ(story.judged().level, Level::Possible);
}

TEST(Verdict, ThreeStepsNeedThreeThreads) {
  Story story;
  story.add(0, 1, 10);
  story.add(1, 2, 20);
  story.add(2, 1, 30);
  EXPECT_EQ(story.judged().rules, RuleOneThread);
  story.add(2, 3, 40);
  EXPECT_EQ(story.judged().level, Level::Possible);
}

TEST(Verdict, ASearchThatIsCutOffErrsTowardsTelling) {
  Story story;
  for (std::size_t step = 0; step < max_cycle_length; ++step)
    for (std::size_t i = 0; i < max_witnesses; ++i)
      story.add(step, 1 + static_cast<std::uint32_t>((step + i) % (max_cycle_length - 1)),
                100 + std::uint32_t(i));
  Verdict verdict = story.judged();
  EXPECT_EQ(verdict.level, Level::Possible);
  for (std::size_t step = 0; step < max_cycle_length; ++step)
    EXPECT_NE(verdict.chosen[step], nullptr);
}

} // namespace
} // namespace racecourse::detail
