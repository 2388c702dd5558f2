// setApart: before linking. A compile database holds several programs as a rule (server, client, tools, tests), and nothing in
// it says which units a linker puts together. Two units that both define `main`, or both define one function outside a
// header, never meet in one program: their functions, variables and types of equal names are different things. All but the
// first get a key of their own, that unit's main file, as if they were static. Units that only use such a name keep meaning the
// first.
//
// Changes keys only, never bodies. `units` must be in the order in which they will be linked. Cost: linear in their entities
// and in the pairs of units that define one function.
#pragma once

#include "checker/model/unit.h"

#include <vector>

namespace racecourse::analysis {

void setApart(std::vector<model::Unit>& units);

} // namespace racecourse::analysis
