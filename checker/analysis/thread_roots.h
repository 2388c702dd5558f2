// Functions that somebody outside of the program calls in threads of their own: interrupt-like callbacks, plugin entry
// points, request handlers of a framework nobody modelled. Named by the user, since no source says so. Never guesses.
// Cost: O(functions + names).
#pragma once

#include "checker/model/unit.h"

#include <string>
#include <vector>

namespace racecourse::analysis {

/// Makes every function with a body and one of these names (as people write them: `Server::onRequest`) the entry of
/// threads that start before main, any number of them at a time. Returns the names that fit no such function.
std::vector<std::string> addThreadRoots(model::Unit& program, const std::vector<std::string>& names);

} // namespace racecourse::analysis
