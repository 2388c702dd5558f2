// wording: the English of the findings, in one place: how variables, locks, functions and threads are called in a
// sentence, and the pieces that all rules share. A message names things and never places: places are in the traces.
//
// Pure functions; all build strings and are meant for findings only. The Facts are borrowed for the call.
#pragma once

#include "checker/analysis/facts.h"

#include <string>
#include <string_view>
#include <vector>

namespace racecourse::analysis {

/// `name` in back quotes, as all names stand in sentences.
std::string quoted(std::string_view name);
/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& items);
/// "1 place", "3 places".
std::string counted(std::size_t n, std::string_view one, std::string_view many);

/// A variable, class or function as its entity spells it.
std::string entityName(const Facts& facts, model::EntityId entity);
std::string functionName(const Facts& facts, model::FunctionId function);
/// `worker()`, without the place that Facts::threadName adds.
std::string threadPhrase(const Facts& facts, ContextId context);
/// As threadPhrase, for the second of two: "another thread of …" when both run the same root.
std::string otherThreadPhrase(const Facts& facts, ContextId first, ContextId second);

std::string_view accessVerb(model::AccessKind kind);       ///< "writes", "reads", "updates"
std::string_view accessParticiple(model::AccessKind kind); ///< "written", "read", "updated"
/// "without a lock", or "holding only `a` and `b`", from the may-held locks at the point.
std::string heldPhrase(const Facts& facts, Point point);

/// The weakest of two.
Confidence weaker(Confidence a, Confidence b);
/// Adds the imprecision notes of the contexts, without duplicates, and says whether there were any.
bool addImprecision(const Facts& facts, const std::vector<ContextId>& contexts,
                    std::vector<std::string>& notes);

} // namespace racecourse::analysis
