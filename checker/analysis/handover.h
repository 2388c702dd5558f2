// handover: does one thread give the other its turn? Locksets cannot see data that is handed over: written, then announced
// through an atomic, a condition variable, a semaphore or a queue, and only touched by the other thread once it has
// seen the announcement. This looks for the shape of such a protocol around two accesses.
//
// A heuristic in favour of silence: it may be wrong both ways and only lowers confidence. Borrows the Facts; memoises per
// function; one thread at a time. Cost: O(length of the call chains × events of their functions) per question.
#pragma once

#include "checker/analysis/facts.h"
#include "checker/analysis/flow_shape.h"

#include <map>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

namespace racecourse::analysis {

class Handover {
public:
  explicit Handover(const Facts& facts) : facts_(facts) {}

  /// The atomic, condition variable, semaphore or queue by which the thread of one point announces and the thread of the
  /// other waits, in either direction: announced after the one, awaited before the other. Not the accessed `variable`
  /// itself. None: no such thing.
  model::EntityId between(Point a, Point b, model::EntityId variable);

private:
  /// Uses of one synchronising variable in a function: by its own events, or inside a function it calls directly.
  struct Use {
    model::EntityId variable{};
    model::EventId at{};
    bool announces = false;
    bool awaits = false;
    bool by_outcome = false;   ///< awaits only what a branch on it decides (an atomic load, a try)
    bool on_condition = false; ///< waits on a condition variable
    bool meets = false;        ///< a barrier: all wait for all
    bool unlocked =
        false; ///< awaits by a look without the lock: counts when a lock is taken before the access
    auto operator<=>(const Use&) const = default;
  };
  struct Inside {
    std::unique_ptr<FlowShape> shape; ///< null: not looked at yet
    std::vector<Use> uses;            ///< sorted, of own events and of direct callees
  };

  Inside& inside(model::FunctionId function);
  std::vector<Use> ownUses(model::FunctionId function) const;
  enum class Side : std::uint8_t { Announced, AnnouncedBefore, Awaited };
  /// Sorted variables that are announced after the point, announced before it, or awaited before it, along its call
  /// chain (as far as below the function `until`). Memoised.
  const std::vector<model::EntityId>& around(Point point, Side side, model::FunctionId until);
  model::EntityId oneWay(Point from, Point to, model::EntityId except);
  model::EntityId promise() const;
  bool ofPromise(model::PathId path, std::string_view kind) const;
  /// Both points stand in one function, and a way leads from one to the other without passing a barrier: one phase.
  bool samePhase(Point a, Point b, model::EntityId barrier);
  bool holdsSomething(model::FunctionId function, model::EventId event) const;
  static bool gates(const model::Function& function, const FlowShape& shape, const Use& use,
                    model::EventId event);

  const Facts& facts_;
  std::map<model::FunctionId, Inside> functions_;
  std::map<std::tuple<Point, Side, model::FunctionId>, std::vector<model::EntityId>> around_;
};

} // namespace racecourse::analysis
