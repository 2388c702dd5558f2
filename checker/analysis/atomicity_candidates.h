// atomicity_candidates: inside one function, which test decides which write of the same variable. Structure only; whether
// locks, threads and other writers make it a defect is judged per context by atomicity.cpp.
//
// Borrows the Facts. A value; cost: O(branches × accesses of the same variable × blocks), nothing for the many
// functions that test nothing they write.
#pragma once

#include "checker/analysis/facts.h"
#include "checker/analysis/flow_shape.h"

#include <vector>

namespace racecourse::analysis {

/// An event that reads a variable so that something can be decided, or writes it. Through a call: `inner_lock` is what the
/// callee holds meanwhile, in a critical section of its own.
struct VariableUse {
  model::EventId at;
  model::PathId variable;     ///< in the function's terms
  model::PathId inner_lock{}; ///< none: an access of the function itself
  model::FunctionId callee{}; ///< whose section it is; none as above
  SectionUse inside{};        ///< in the callee's terms
  bool write = false;
  bool update = false; ///< reads what it writes in the same event
  bool atomic = false;
  bool container_test = false;
  bool synchroniser = false; ///< a call on a queue or the like that is not a test
};

struct CheckThenAct {
  VariableUse check;
  VariableUse act;
  model::BlockId branch;   ///< none when only data flows
  bool by_data = false;    ///< the value written is computed from the value read
  bool in_loop = false;    ///< the branch continues the loop whose body holds the act
  bool after_loop = false; ///< the branch leaves a loop, the act comes after it
  bool bare = false;       ///< the branch decides about nothing but the act
};

/// Everything in one function that reads or writes variables, and the pairs of test and write among it.
class AtomicityCandidates {
public:
  AtomicityCandidates(const Facts& facts, model::FunctionId function);

  const std::vector<CheckThenAct>& pairs() const { return pairs_; }
  const std::vector<VariableUse>& uses() const { return uses_; }
  const FlowShape& shape() const { return shape_; }
  const model::Function& function() const { return function_; }
  /// `use` decides, by some branch, whether `act` happens.
  bool governs(const VariableUse& use, const VariableUse& act) const;
  /// The path of `whole` is a path of `part` too: the same, or a container and its element.
  bool covers(model::PathId whole, model::PathId part) const;

private:
  void collectUses();
  void collectQueries(model::EventId call, model::FunctionId callee);
  bool readsAnswer(const model::Condition& condition, const VariableUse& check) const;
  void collectPairs();
  bool maybeShared(model::PathId variable) const;
  bool storesArgument(const VariableUse& act) const;
  void addPair(const VariableUse& check, const VariableUse& act, model::BlockId branch);
  bool decidesOnlyAct(model::BlockId branch, unsigned side, const VariableUse& act) const;

  const Facts& facts_;
  model::FunctionId id_;
  const model::Function& function_;
  FlowShape shape_;
  std::vector<VariableUse> uses_; ///< by event
  std::vector<CheckThenAct> pairs_;
};

} // namespace racecourse::analysis
