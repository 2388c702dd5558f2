// `racecourse run`: starts a program that nobody rebuilt under the preloaded runtime. The process becomes the program,
// so its status, its signals and its standard streams are the program's own.
// Never starts what it cannot record (static, set-uid, other machine): it says so instead.
#pragma once

#include "checker/tool/options.h"

namespace racecourse::tool {

struct RunOptions {
  std::string graph, trace;         ///< files; empty: none
  std::vector<std::string> options; ///< KEY=VALUE, for the runtime
  std::vector<std::string> command; ///< the program and its arguments; at least one word
};

/// Adds the verb to `app`. `options` must live until the parsing is finished.
FinishVerb declareRun(CLI::App& app, RunOptions& options);

/// Becomes the program. Returns only when it was not started: the reason why.
Refusal run(const RunOptions& options);

} // namespace racecourse::tool
