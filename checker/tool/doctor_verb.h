// `racecourse doctor`: whether this machine and this project are set up, one line per thing that goes wrong in practice, and
// the lines that an editor needs here. Changes nothing; runs the clang-tidy it judges, with a time limit.
#pragma once

#include "checker/tool/options.h"

#include <string>

namespace racecourse::tool {

struct DoctorOptions {
  std::string editor;     ///< empty: none
  std::string build;      ///< -p
  std::string clang_tidy; ///< the host that an editor or a pipeline uses; empty: clang-tidy-19
};

/// Adds the verb to `app`. `options` must live until the parsing is finished.
FinishVerb declareDoctor(CLI::App& app, DoctorOptions& options);

/// Prints what it found. kExitToolchain when something cannot work as it is, kExitUsage for an editor it does not know.
Refusal doctor(const DoctorOptions& options);

} // namespace racecourse::tool
