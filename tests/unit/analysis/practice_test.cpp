// The practice rules on models in text form: the parts that a program of a few lines shows badly.
#include "tests/unit/analysis/said.h"

namespace racecourse::analysis {
namespace {

constexpr std::string_view manual = "racestyle-manual-lock";
constexpr std::string_view blocking = "racestyle-blocking-under-lock";
constexpr std::string_view callback = "racestyle-callback-under-lock";
constexpr std::string_view per_item = "racestyle-thread-per-item";

TEST(ManualLock, NeedsALockWithMembers) {
  const std::string head = "global mu lock=mutex\nfunction main\n";
  EXPECT_EQ(said(head + "  acquire mu by_member\n  release mu by_member\n", manual).size(), 1U);
  EXPECT_TRUE(said(head + "  acquire mu\n  release mu\n", manual, Confidence::Low).empty())
      << "pthread_mutex_lock";
  EXPECT_TRUE(
      said("global mu lock=semaphore\nfunction main\n  acquire mu by_member\n  release mu by_member\n",
           manual, Confidence::Low)
          .empty());
}

TEST(ManualLock, SectionsThatCrossAreNoScopes) {
  const auto findings = said(R"(
global a lock=mutex
global b lock=mutex
function main
  acquire a by_member
  acquire b by_member
  release a by_member
  release b by_member
)",
                             manual, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(ManualLock, NestedSectionsAreTwoScopes) {
  EXPECT_EQ(said(R"(
global a lock=mutex
global b lock=mutex
function main
  acquire a by_member
  acquire b by_member
  release b by_member
  release a by_member
)",
                 manual)
                .size(),
            2U);
}

TEST(ManualLock, ALockThatIsHandedOutIsNotAskedFor) {
  const auto findings = said(R"(
global mu lock=mutex
function begin
  b0:
    acquire mu by_member
    -> b1, b2
  b1:
    release mu by_member
  b2:
    return
function end
  release mu by_member
function main
  call begin
  call end
)",
                             manual, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

constexpr std::string_view two_sections = R"(
global mu lock=mutex
function save
  acquire mu
  call ? blocking io label="write"
  release mu
function add
  acquire mu
  SECOND
  release mu
function main
  spawn save
  spawn add
)";

std::string withSecond(const std::string& event) {
  std::string text(two_sections);
  return text.replace(text.find("SECOND"), 6, event);
}

TEST(BlockingUnderLock, ALockToTakeTurnsAtAFileIsSilent) {
  EXPECT_EQ(said(withSecond("probe \"nothing\""), blocking).size(), 1U);
  const auto findings = said(withSecond("call ? blocking io label=\"fsync\""), blocking, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(BlockingUnderLock, NoLockIsThereToSleep) {
  std::string text = withSecond("call ? blocking label=\"usleep\"");
  text.replace(text.find("blocking io"), 11, "blocking");
  EXPECT_EQ(said(text, blocking).size(), 2U);
}

TEST(BlockingUnderLock, ACalleeThatGivesTheLockBackIsInnocent) {
  const auto findings = said(R"(
global mu lock=mutex
function slow
  release mu
  call ? blocking label="sleep"
  acquire mu
function main
  acquire mu
  call slow
  release mu
)",
                             blocking, Confidence::Low);
  EXPECT_TRUE(findings.empty()) << shown(findings);
}

TEST(BlockingUnderLock, LastWordsKeepNobodyWaiting) {
  const auto findings =
      said(withSecond("probe \"nothing\"\n  -> b1, b2\nb1:\n  call ? blocking label=\"sleep\"\n"
                      "  call ? no_return\nb2:\n  probe \"on\""),
           blocking, Confidence::Low);
  EXPECT_EQ(findings.size(), 1U) << shown(findings);
}

TEST(BlockingUnderLock, OptionsAddAndTakeAway) {
  const std::string_view text = R"(
global mu lock=mutex
function main
  acquire mu
  call ? label="disk_flush"
  call ? blocking label="usleep"
  release mu
)";
  const auto count = [&](std::string_view option, std::string_view value) {
    model::Parsed parsed = model::parse(text);
    EXPECT_TRUE(parsed.unit) << parsed.failure;
    std::vector<model::Unit> units;
    units.push_back(std::move(*parsed.unit));
    Options options;
    EXPECT_EQ(setOption(options.rules, option, value), "");
    const model::Unit program = link(std::move(units));
    std::string names;
    for (const Finding& finding : solve(program, options).findings)
      if (finding.rule == blocking) names += finding.message.find("usleep") != std::string::npos ? "u" : "d";
    return names;
  };
  EXPECT_EQ(count("racestyle-blocking-under-lock.Functions", "other"), "u");
  EXPECT_EQ(count("racestyle-blocking-under-lock.Functions", "other, disk_*"), "d")
      << "one per section, the first";
  EXPECT_EQ(count("racestyle-blocking-under-lock.Ignore", "usleep"), "");
}

TEST(CallbackUnderLock, OnlyWhatSomebodyRegistered) {
  const std::string head = "global mu lock=mutex\nglobal hook pointer\nfunction main\n  acquire mu\n"
                           "  call ? path=hook indirect\n  release mu\n";
  EXPECT_TRUE(said(head, callback, Confidence::Low).empty());
  EXPECT_EQ(said(head + "function set\n  param f pointer\n  write hook value=f value_kind=value\n", callback)
                .size(),
            1U);
}

TEST(ThreadPerItem, RoundsDecide) {
  const auto count = [](const std::string& rounds) {
    return said("function work\nfunction main\n  spawn work in_loop " + rounds + "\n", per_item).size();
  };
  EXPECT_EQ(count("rounds=items"), 1U);
  EXPECT_EQ(count("rounds=65"), 1U);
  EXPECT_EQ(count("rounds=64"), 0U);
  EXPECT_EQ(count(""), 0U) << "as many as somebody wanted";
  EXPECT_EQ(count("rounds=items pool"), 0U) << "a task";
}

} // namespace
} // namespace racecourse::analysis
