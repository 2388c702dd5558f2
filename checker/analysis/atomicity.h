// atomicity: the parts of the check-then-act rule that other rules need.
//
// Borrows the Facts; memoises per function; one thread at a time.
#pragma once

#include "checker/analysis/facts.h"

#include <map>
#include <set>

namespace racecourse::analysis {

class AtomicityCandidates;

/// Double-checked initialisation: a variable tested without a lock, then tested again and written under one.
class DoubleChecks {
public:
  explicit DoubleChecks(const Facts& facts) : facts_(facts) {}

  /// The read is the outer test of a double check whose inner test and write stand in one critical section. Such a
  /// read is right for an atomic; for anything else check-then-act tells about it, and the race rule stays out.
  bool isFirstCheck(Point read);

private:
  std::set<model::EventId> firstChecks(ContextId context, const AtomicityCandidates& candidates) const;

  const Facts& facts_;
  std::map<model::FunctionId, std::set<model::EventId>> known_;
};

} // namespace racecourse::analysis
