// inner_acquisitions: what a call may lock before it returns, also when it unlocks again. Entry locksets say what all
// callers of a function hold; order edges and self-deadlocks need what ONE caller holds, so they start at its call and look
// down, through this table.
//
// Judges nothing. Borrows the Facts; immutable after construction except for the paths that translation interns. Cost:
// one bottom-up pass over the functions that lock, at most max_per_function entries each.
#pragma once

#include "checker/analysis/facts.h"

#include <span>
#include <utility>
#include <vector>

namespace racecourse::analysis {

/// A lock that one event of the function asks for.
struct WantedLock {
  model::PathId path;
  model::Mode mode = model::Mode::Exclusive;
};

struct InnerAcquisition {
  model::PathId lock; ///< in the function's own terms
  model::Mode mode = model::Mode::Exclusive;
  std::vector<std::pair<model::PathId, model::Mode>>
      held;                   ///< surely held meanwhile besides the caller's; own terms
  model::EventId at;          ///< the acquisition, or the call that contains it
  model::FunctionId callee{}; ///< for a call: where it goes on …
  std::uint32_t inner = 0;    ///< … with this entry of the callee
  bool by_flag = false;       ///< only when a flag (a parameter, say) chooses so
  bool dispatched = false;    ///< some call on the way has several possible targets
};

class InnerAcquisitions {
public:
  static constexpr std::size_t max_per_function = 48;

  explicit InnerAcquisitions(const Facts& facts);

  std::span<const InnerAcquisition> of(model::FunctionId function) const { return table_[function.value]; }
  /// The callee, or something it calls, may release this lock of its caller (in the caller's terms) meanwhile. True, too,
  /// when it releases some lock that the caller cannot name.
  bool mayRelease(model::FunctionId caller, model::EventId call, model::FunctionId callee,
                  const HeldLock& lock) const;

private:
  void fill(model::FunctionId function);
  void addReleased(model::FunctionId function, model::PathId lock);
  void keep(model::FunctionId function, InnerAcquisition entry);

  const Facts& facts_;
  std::vector<std::vector<InnerAcquisition>> table_;
  std::vector<std::vector<model::PathId>> released_; ///< locks it did not acquire itself; own terms, sorted
};

/// The locks that the event waits for without a time limit: an Acquire, or a guard's. Empty for everything else.
std::vector<WantedLock> blockingLocks(const model::Function& function, const model::Event& event);

} // namespace racecourse::analysis
