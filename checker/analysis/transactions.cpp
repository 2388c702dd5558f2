// A transaction is open at an event when some way from its beginning leads there past no end; or when the function begins
// none and some caller has one open at the call. A function that begins one and does not end it on all ways (a `begin()`, a
// class whose destructor commits) begins one for its caller.
#include "checker/analysis/transactions.h"

#include "checker/model/labels.h"

#include <algorithm>

namespace racecourse::analysis {

using model::Event;
using model::EventId;
using model::EventKind;
using model::FunctionId;

namespace {

constexpr unsigned kMaxCallers = 6; ///< how far up a caller's transaction is looked for

}

bool isTable(const Facts& facts, model::EntityId entity) {
  const model::Unit& program = facts.program();
  return entity && program.text(program[entity].usr).starts_with(model::kSqlTable);
}

const Transactions::Borders& Transactions::bordersOf(FunctionId id) {
  const auto [entry, is_new] = borders_.try_emplace(id);
  Borders& borders = entry->second; // of a recursive call: what is known so far
  if (!is_new) return borders;
  const model::Function& function = facts_.program()[id];
  std::vector<EventId> begins, ends;
  for (std::size_t e = 0; e < function.events.size(); ++e) {
    const Event& event = function.events[e];
    if (event.kind != EventKind::Call) continue;
    const std::string_view label = facts_.program().text(event.label);
    const bool statement = !event.callee && (event.flags & model::kCallKnown);
    bool begin = statement && (label == model::kSqlBegin || label == model::kSqlUnknown);
    bool end = statement && label == model::kSqlEnd;
    for (FunctionId callee : facts_.callees(id, EventId(e))) {
      const Borders& inner = bordersOf(callee);
      begin |= inner.leaves_open;
      end |= !inner.ends.empty() && !inner.leaves_open;
    }
    if (begin) begins.emplace_back(e);
    if (end) ends.emplace_back(e);
  }
  borders.begins = std::move(begins);
  borders.ends = std::move(ends);
  if (borders.begins.empty()) return borders;
  borders.shape = std::make_unique<FlowShape>(function);
  borders.leaves_open = std::ranges::any_of(borders.begins, [&](EventId begin) {
    return std::ranges::none_of(borders.ends,
                                [&](EventId end) { return borders.shape->follows(begin, end); });
  });
  return borders;
}

bool Transactions::openAt(FunctionId id, EventId event, unsigned depth) {
  const Borders& borders = bordersOf(id);
  for (EventId begin : borders.begins)
    if (begin != event && borders.shape->followsWithout(begin, event, borders.ends)) return true;
  if (depth == 0) return false;
  if (!knows_callers_) {
    knows_callers_ = true;
    for (std::size_t f = 0; f < facts_.program().functions.size(); ++f) {
      const model::Function& function = facts_.program().functions[f];
      for (std::size_t e = 0; e < function.events.size(); ++e)
        if (function.events[e].kind == EventKind::Call)
          for (FunctionId callee : facts_.callees(FunctionId(f), EventId(e)))
            callers_[callee].emplace_back(FunctionId(f), EventId(e));
    }
  }
  const auto callers = callers_.find(id);
  return callers != callers_.end() && std::ranges::any_of(callers->second, [&](const auto& call) {
           return call.first != id && openAt(call.first, call.second, depth - 1);
         });
}

bool Transactions::around(FunctionId function, EventId first, EventId second) {
  if (!openAt(function, first, kMaxCallers)) return false;
  const Borders& borders = bordersOf(function);
  if (borders.ends.empty()) return true;
  const FlowShape shape(facts_.program()[function]);
  return shape.followsWithout(first, second, borders.ends);
}

} // namespace racecourse::analysis
