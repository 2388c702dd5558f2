// link: joins units into one program. Entities with the same key become one; of several bodies of a function (header
// code) the first in the order of main files is kept, and a differing body hash is noted.
//
// Pure function, deterministic: the result does not depend on the order of `units`. Cost: linear in the units' size.
#pragma once

#include "checker/model/unit.h"

#include <vector>

namespace racecourse::analysis {

model::Unit link(std::vector<model::Unit> units);

} // namespace racecourse::analysis
