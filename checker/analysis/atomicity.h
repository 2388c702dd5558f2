// atomicity: the parts of the check-then-act rule that other rules need.
//
// Borrows the Facts; memoises per function; one thread at a time.
#pragma once

#include "checker/analysis/facts.h"

#include <map>
#include <set>
#include <utility>

namespace racecourse::analysis {

class AtomicityCandidates;

/// Initialisation that happens once: a variable is tested and then written in one critical section, and read without the
/// lock around it.
class DoubleChecks {
public:
  explicit DoubleChecks(const Facts& facts) : facts_(facts) {}

  /// The unlocked read and the write belong to one such initialisation. Before the section, the read is the outer test of
  /// a double check: right for an atomic; for anything else check-then-act tells about it, once. After the section, the
  /// read comes when the last write is over.
  bool explains(Point read, Point write);

private:
  using ReadsAndWrites = std::set<std::pair<model::EventId, model::EventId>>;
  ReadsAndWrites initialisations(ContextId context, const AtomicityCandidates& candidates) const;

  const Facts& facts_;
  std::map<model::FunctionId, ReadsAndWrites> known_;
};

} // namespace racecourse::analysis
