// What a pipeline leaves out of a report: findings that the baseline knows, and findings that the change at hand has
// nothing to do with. Runs git; reads and writes the baseline.
#pragma once

#include "checker/report/report.h"
#include "checker/tool/config.h"
#include "checker/tool/options.h"

#include <string>
#include <vector>

namespace racecourse::tool {

/// Fills in what the command line left open from the config (--config, or the nearest one from `folder`), and returns what
/// is then in force, for --show-config.
OrRefusal<Config> settle(Options& options, const std::string& folder);


/// Whether the config excludes a source (absolute path).
bool isExcluded(const Options& options, const std::string& file);

struct Narrowing {
  Refusal refusal{0, ""};        ///< why it could not be done, when its sentence is not empty
  std::vector<std::string> told; ///< sentences for people
  bool stale = false;            ///< the baseline has entries that fit no finding, and that counts
};

/// Applies --diff and the baseline to the report, or writes the baseline.
Narrowing narrow(const Options& options, const std::string& root, report::Report& report);

} // namespace racecourse::tool
