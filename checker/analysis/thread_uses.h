// thread_uses: what each spawned thread touches of memory that somebody else ends: locals and parameters of other functions,
// and objects with static storage. What escaping-reference and detached-thread start from.
//
// Only collects, judges nothing. Borrows the Facts. Cost: one pass over contexts of spawned threads × events.
#pragma once

#include "checker/analysis/facts.h"

#include <map>
#include <utility>
#include <vector>

namespace racecourse::analysis {

class ThreadUses {
public:
  explicit ThreadUses(const Facts& facts);

  /// The first use of the variable itself (not of what it points to) by the thread; null when there is none.
  const Point* use(ThreadId thread, model::EntityId variable) const;
  /// Variables with static storage that the thread touches, each with its first use.
  std::vector<std::pair<model::EntityId, Point>> statics(ThreadId thread) const;

private:
  void note(ThreadId thread, Point point, model::PathId path);

  const Facts& facts_;
  std::map<std::pair<ThreadId, model::EntityId>, Point> uses_;
};

/// "reads", "locks", "waits on", …: what the event does to the variable.
std::string_view useVerb(const model::Event& event);

} // namespace racecourse::analysis
