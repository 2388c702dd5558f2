// flow_shape: which code a branch decides about. Reachability questions over the blocks of one function, for rules
// that ask "does this test govern that write?".
//
// Knows blocks and events only, no states. Borrows the function. Remembers what it found out about a branch, so one shape
// belongs to one thread at a time. Cost: O(events) to build, O(blocks) per question, O(1) for a branch asked before.
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace racecourse::analysis {

class FlowShape {
public:
  explicit FlowShape(const model::Function& function);

  /// None for an event that stands in no block.
  model::BlockId blockOf(model::EventId event) const { return block_of_[event.value]; }
  /// Can `later` happen after `earlier` in the same run of the function?
  bool follows(model::EventId earlier, model::EventId later) const;
  /// Every way to `later` passes `earlier` first.
  bool dominates(model::EventId earlier, model::EventId later) const;
  /// As follows(), on a way that passes none of `stops`.
  bool followsWithout(model::EventId earlier, model::EventId later,
                      const std::vector<model::EventId>& stops) const;
  /// The same block, or one reachable from it.
  bool leadsTo(model::BlockId from, model::BlockId to) const;
  /// The successor (0: true, 1: false) of the branch at the end of `branch` through which alone `target` is reached
  /// until the branch is met again. None: both ways, or neither, or no two-way branch.
  std::optional<unsigned> sideOf(model::BlockId branch, model::BlockId target) const;
  /// The branch continues or leaves a loop: of its two ways exactly `side` comes back to it.
  bool staysInLoop(model::BlockId branch, unsigned side) const;
  /// `event` happens only on ways that a test of plain values without shared reads (a flag parameter) chose.
  bool chosenByFlag(model::EventId event) const;

private:
  /// Blocks reached from either way of a branch until it is met again.
  struct Ways {
    std::vector<bool> by_true, by_false;
  };
  const Ways& waysOf(model::BlockId branch) const;
  std::vector<bool> reachableFrom(model::BlockId start, model::BlockId barrier) const;

  const model::Function& function_;
  std::vector<model::BlockId> block_of_; ///< per event
  std::vector<std::uint32_t> position_;  ///< per event: index within its block
  mutable std::map<model::BlockId, Ways> ways_;
};

} // namespace racecourse::analysis
