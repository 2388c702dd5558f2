// Control dependence is approximated without post-dominators: a branch governs a block when exactly one of its ways
// leads there before the branch is met again. This is what an early return, an `if` body and a loop body have in
// common, and it needs no treatment of code that never leaves a loop.
#include "checker/analysis/flow_shape.h"

#include <algorithm>

namespace racecourse::analysis {

using model::BlockId;
using model::EventId;

FlowShape::FlowShape(const model::Function& function)
    : function_(function), block_of_(function.events.size()), position_(function.events.size(), 0) {
  for (std::size_t block = 0; block < function.blocks.size(); ++block) {
    const std::vector<EventId>& events = function.blocks[block].events;
    for (std::size_t i = 0; i < events.size(); ++i) {
      block_of_[events[i].value] = BlockId(block);
      position_[events[i].value] = static_cast<std::uint32_t>(i);
    }
  }
}

/// Blocks reachable from `start`, itself included; ways end at `barrier` (which counts as reached).
std::vector<bool> FlowShape::reachableFrom(BlockId start, BlockId barrier) const {
  std::vector<bool> seen(function_.blocks.size(), false);
  std::vector<BlockId> work{start};
  seen[start.value] = true;
  while (!work.empty()) {
    const BlockId block = work.back();
    work.pop_back();
    if (block == barrier) continue;
    for (BlockId next : function_.blocks[block.value].successors) {
      if (!seen[next.value]) {
        seen[next.value] = true;
        work.push_back(next);
      }
    }
  }
  return seen;
}

const FlowShape::Ways& FlowShape::waysOf(BlockId branch) const {
  const auto [entry, is_new] = ways_.try_emplace(branch);
  if (is_new) {
    const std::vector<BlockId>& ways = function_.blocks[branch.value].successors;
    entry->second = {reachableFrom(ways[0], branch), reachableFrom(ways[1], branch)};
  }
  return entry->second;
}

bool FlowShape::follows(EventId earlier, EventId later) const {
  const BlockId from = blockOf(earlier);
  const BlockId to = blockOf(later);
  if (!from || !to) return false;
  if (from == to && position_[earlier.value] < position_[later.value]) return true;
  for (BlockId next : function_.blocks[from.value].successors) {
    if (reachableFrom(next, BlockId()).at(to.value)) return true;
  }
  return false;
}

bool FlowShape::dominates(EventId earlier, EventId later) const {
  const BlockId from = blockOf(earlier);
  const BlockId to = blockOf(later);
  if (!from || !to) return false;
  if (from == to) return position_[earlier.value] < position_[later.value];
  if (from == BlockId(0)) return true;
  return !reachableFrom(BlockId(0), from).at(to.value);
}

bool FlowShape::followsWithout(EventId earlier, EventId later, const std::vector<EventId>& stops) const {
  const BlockId from = blockOf(earlier);
  const BlockId to = blockOf(later);
  if (!from || !to) return false;
  // Does a stop stand in the block between two positions?
  const auto stopped = [&](BlockId block, std::uint32_t after, std::uint32_t before) {
    return std::any_of(stops.begin(), stops.end(), [&](EventId stop) {
      return blockOf(stop) == block && position_[stop.value] > after && position_[stop.value] < before;
    });
  };
  constexpr std::uint32_t end = ~0U;
  if (from == to && position_[earlier.value] < position_[later.value])
    return !stopped(from, position_[earlier.value], position_[later.value]);
  if (stopped(from, position_[earlier.value], end)) return false;
  std::vector<bool> seen(function_.blocks.size(), false);
  std::vector<BlockId> pending = function_.blocks[from.value].successors;
  while (!pending.empty()) {
    const BlockId block = pending.back();
    pending.pop_back();
    if (seen[block.value]) continue;
    seen[block.value] = true;
    const bool has_stop =
        std::any_of(stops.begin(), stops.end(), [&](EventId stop) { return blockOf(stop) == block; });
    if (block == to) {
      const bool before = std::any_of(stops.begin(), stops.end(), [&](EventId stop) {
        return blockOf(stop) == block && position_[stop.value] < position_[later.value];
      });
      if (!before) return true;
    }
    if (has_stop) continue;
    for (BlockId next : function_.blocks[block.value].successors)
      pending.push_back(next);
  }
  return false;
}

bool FlowShape::leadsTo(BlockId from, BlockId to) const {
  return reachableFrom(from, BlockId()).at(to.value);
}

std::optional<unsigned> FlowShape::sideOf(BlockId branch, BlockId target) const {
  const std::vector<BlockId>& ways = function_.blocks[branch.value].successors;
  if (ways.size() != 2 || ways[0] == ways[1] || !target || target == branch) return std::nullopt;
  const Ways& reached = waysOf(branch);
  const bool by_true = reached.by_true.at(target.value);
  const bool by_false = reached.by_false.at(target.value);
  if (by_true == by_false) return std::nullopt;
  return by_true ? 0U : 1U;
}

/// Two shapes count. A test in the middle or at the end of a loop: only one way ever comes back. A loop header, also
/// one inside another loop: only one way comes back over an edge that the header dominates.
bool FlowShape::staysInLoop(BlockId branch, unsigned side) const {
  const std::vector<BlockId>& ways = function_.blocks[branch.value].successors;
  if (ways.size() != 2) return false;
  const Ways& reached = waysOf(branch);
  const std::vector<bool>& here = side == 0 ? reached.by_true : reached.by_false;
  const std::vector<bool>& there = side == 0 ? reached.by_false : reached.by_true;
  if (here.at(branch.value) != there.at(branch.value)) return here.at(branch.value);
  const std::vector<bool> around = reachableFrom(BlockId(0), branch);
  const auto comesBack = [&](const std::vector<bool>& seen) {
    for (std::size_t i = 0; i < function_.blocks.size(); ++i) {
      if (!seen[i] || around[i]) continue;
      for (BlockId next : function_.blocks[i].successors) {
        if (next == branch) return true;
      }
    }
    return false;
  };
  return comesBack(here) && !comesBack(there);
}

bool FlowShape::chosenByFlag(EventId event) const {
  const BlockId target = blockOf(event);
  for (std::size_t i = 0; i < function_.blocks.size(); ++i) {
    const model::Block& block = function_.blocks[i];
    if (block.successors.size() != 2 || block.condition.kind != model::ConditionKind::Flag ||
        !block.condition.reads.empty()) {
      continue;
    }
    const BlockId branch{i};
    const std::optional<unsigned> side = sideOf(branch, target);
    if (side && !staysInLoop(branch, *side)) return true;
  }
  return false;
}

} // namespace racecourse::analysis
