#include "checker/report/graph_merge.h"

#include "checker/report/graph_match.h"

#include <gtest/gtest.h>

namespace racecourse::report {
namespace {

GraphPlace at(std::int64_t line, const char* file = "/home/me/src/bank.cpp") {
  return {"f", file, line};
}

GraphWitness predicted(std::int64_t hold, std::int64_t want, std::vector<std::int64_t> steps = {}) {
  GraphWitness witness;
  witness.hold_at = at(hold, "src/bank.cpp");
  witness.want_at = at(want, "src/bank.cpp");
  for (std::int64_t line : steps)
    witness.steps.push_back(at(line, "src/bank.cpp"));
  return witness;
}

GraphWitness seen(std::vector<std::int64_t> hold, std::vector<std::int64_t> want) {
  GraphWitness witness;
  for (std::int64_t line : hold)
    witness.hold.push_back(at(line));
  for (std::int64_t line : want)
    witness.want.push_back(at(line));
  return witness;
}

GraphFile file(bool recorded, std::vector<std::string> locks, std::vector<GraphEdge> edges) {
  GraphFile result;
  result.name = recorded ? "run" : "sources";
  result.recorded = recorded;
  for (std::string& name : locks)
    result.locks.push_back(
        {.name = std::move(name), .kind = "mutex", .declared_name = "", .declared = {}, .first = {}});
  result.edges = std::move(edges);
  return result;
}

TEST(GraphMatch, ByPlacesOfTheWholeWay) {
  // One function locks two parameters; who they are follows from the line of the call.
  const std::vector<GraphFile> files{
      file(false, {"alice", "bob"},
           {{0, 1, 1, {predicted(10, 11, {30, 10, 11})}}, {1, 0, 1, {predicted(10, 11, {31, 10, 11})}}}),
      file(true, {"", ""}, {{0, 1, 1, {seen({10, 31}, {11, 31})}}, {1, 0, 1, {seen({10, 30}, {11, 30})}}})};
  const auto matches = matchLocks(files[1], files);
  ASSERT_TRUE(matches[0] && matches[1]);
  EXPECT_EQ(files[0].locks[matches[0]->lock].name, "bob");
  EXPECT_EQ(files[0].locks[matches[1]->lock].name, "alice");
}

TEST(GraphMatch, WhatNothingDecidesStaysUndecided) {
  const std::vector<GraphFile> files{
      file(false, {"alice", "bob"}, {{0, 1, 1, {predicted(10, 11)}}, {1, 0, 1, {predicted(10, 11)}}}),
      file(true, {"", ""}, {{0, 1, 1, {seen({10}, {11})}}})};
  for (const auto& match : matchLocks(files[1], files))
    EXPECT_FALSE(match.has_value());
}

TEST(GraphMatch, AnotherFileWithTheSameLineIsNoMatch) {
  GraphWitness elsewhere = seen({10}, {11});
  for (auto* stack : {&elsewhere.hold, &elsewhere.want})
    stack->front().file = "/home/me/src/otherbank.cpp";
  const std::vector<GraphFile> files{file(false, {"a", "b"}, {{0, 1, 1, {predicted(10, 11)}}}),
                                     file(true, {"", ""}, {{0, 1, 1, {elsewhere}}})};
  for (const auto& match : matchLocks(files[1], files))
    EXPECT_FALSE(match.has_value());
}

TEST(GraphMatch, ByNameWhenItIsOne) {
  const std::vector<GraphFile> files{file(false, {"bank::accounts", "a::mu", "b::mu"}, {}),
                                     file(true, {"accounts", "mu", "b::mu"}, {})};
  const auto matches = matchLocks(files[1], files);
  EXPECT_EQ(matches[0], (StaticLock{0, 0}));
  EXPECT_FALSE(matches[1].has_value()) << "two could be meant";
  EXPECT_EQ(matches[2], (StaticLock{0, 2}));
}

TEST(GraphMerge, EdgesKnowWhoSawThem) {
  const std::vector<GraphFile> files{
      file(false, {"a", "b", "c"}, {{0, 1, 1, {predicted(1, 2)}}, {1, 2, 1, {predicted(3, 4)}}}),
      file(true, {"a", "b", "d"}, {{0, 1, 1, {seen({1}, {2})}}, {1, 2, 1, {seen({8}, {9})}}})};
  const MergedGraph merged = mergeGraphs(files);
  ASSERT_EQ(merged.locks.size(), 4U);
  ASSERT_EQ(merged.edges.size(), 3U);
  EXPECT_EQ(seenAs(merged.edges[0].predicted, merged.edges[0].observed), "both");
  EXPECT_EQ(seenAs(merged.edges[1].predicted, merged.edges[1].observed), "predicted");
  EXPECT_EQ(seenAs(merged.edges[2].predicted, merged.edges[2].observed), "observed");
}

TEST(GraphMerge, ACircleOfTwoFilesIsTold) {
  std::vector<GraphFile> files{file(true, {"a", "b"}, {{0, 1, 1, {seen({1}, {2})}}}),
                               file(true, {"b", "a"}, {{0, 1, 1, {seen({3}, {4})}}})};
  MergedGraph merged = mergeGraphs(files);
  ASSERT_EQ(merged.cycles.size(), 1U);
  EXPECT_EQ(merged.cycles[0].level, "possible");
  EXPECT_TRUE(merged.cycles[0].verdicts.empty());
  for (GraphFile& one : files) {
    one.locks.push_back({.name = "gate", .kind = "mutex", .declared_name = "", .declared = {}, .first = {}});
    one.edges[0].witnesses[0].gates = {{2, false}};
  }
  merged = mergeGraphs(files);
  ASSERT_EQ(merged.cycles.size(), 1U);
  EXPECT_EQ(merged.cycles[0].level, "order");
  EXPECT_EQ(merged.cycles[0].rules, std::vector<std::string>{"gate-lock"});
}

TEST(GraphMerge, ACircleThatOneFileHasSeenWholeIsThatFilesToJudge) {
  const GraphFile one = file(true, {"a", "b"}, {{0, 1, 1, {seen({1}, {2})}}, {1, 0, 1, {seen({3}, {4})}}});
  EXPECT_TRUE(mergeGraphs(std::vector{one, file(false, {}, {})}).cycles.empty());
}

TEST(GraphMerge, LocksOfOneNameInOneRunAreDifferentLocks) {
  const MergedGraph merged =
      mergeGraphs(std::vector{file(true, {"account", "account"}, {{0, 1, 1, {seen({1}, {2})}}})});
  ASSERT_EQ(merged.locks.size(), 2U);
  EXPECT_NE(merged.edges[0].from, merged.edges[0].to);
}

} // namespace
} // namespace racecourse::report
