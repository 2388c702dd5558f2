// transactions: which events of a program surely, or perhaps, stand in one transaction of a database.
//
// Generous: a transaction that may have been begun counts, so that rules stay silent; so does a statement whose text nobody
// knows, which may be a BEGIN. Borrows the Facts; memoises per function; one thread at a time.
#pragma once

#include "checker/analysis/facts.h"
#include "checker/analysis/flow_shape.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace racecourse::analysis {

/// A table of a database, as the frontend makes it from statements in SQL.
bool isTable(const Facts& facts, model::EntityId entity);

class Transactions {
public:
  explicit Transactions(const Facts& facts) : facts_(facts) {}

  /// Both events of `function` may lie in one transaction, begun here or by whoever calls it.
  bool around(model::FunctionId function, model::EventId first, model::EventId second);

private:
  /// Where a function begins and ends transactions, by itself or in what it calls.
  struct Borders {
    std::vector<model::EventId> begins, ends;
    std::unique_ptr<FlowShape> shape;
    bool leaves_open = false;
  };
  const Borders& bordersOf(model::FunctionId function);
  bool openAt(model::FunctionId function, model::EventId event, unsigned depth);

  const Facts& facts_;
  std::map<model::FunctionId, Borders> borders_;
  std::map<model::FunctionId, std::vector<std::pair<model::FunctionId, model::EventId>>> callers_;
  bool knows_callers_ = false;
};

} // namespace racecourse::analysis
