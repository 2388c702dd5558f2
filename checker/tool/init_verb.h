// `racecourse init`: writes a commented .racecourse.yaml into the working folder, for people to change. Never overwrites.
#pragma once

#include "checker/tool/options.h"

#include <string>

namespace racecourse::tool {

/// Adds the verb to `app`.
FinishVerb declareInit(CLI::App& app);

/// Writes the file and says so.
Refusal init(const std::string& folder);

/// What init writes. Every key stands in it, so that it is the reference too.
std::string initialConfig();

} // namespace racecourse::tool
