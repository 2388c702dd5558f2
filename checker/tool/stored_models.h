// Models kept in files: `--from-model` reads them, text or binary, as if their units had just been extracted.
#pragma once

#include "checker/tool/extraction_run.h"

#include <string>
#include <vector>

namespace racecourse::tool {

/// One outcome per path, in the order of the paths; a file that cannot be read or is malformed is a failed unit.
std::vector<UnitOutcome> readModels(const std::vector<std::string>& paths, const std::string& folder);

} // namespace racecourse::tool
