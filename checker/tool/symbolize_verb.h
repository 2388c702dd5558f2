// `racecourse symbolize [FILE]`: the code addresses of a runtime report, or of a racecourse-graph/1 file, as functions
// and lines, off-line: what the runtime wrote is enough as long as the program's files are still there. A module whose
// build-id has changed since keeps its numbers.
// Reads FILE or standard input, writes to standard output; a text without addresses passes unchanged.
#pragma once

#include "checker/tool/options.h"

#include <string>

namespace racecourse::tool {

/// Adds the verb to `app`. `file` must live until the parsing is finished.
FinishVerb declareSymbolize(CLI::App& app, std::string& file);

/// A racecourse-graph/1 text with the lines of its stacks put in, where it has none; any other text as it is.
std::string symbolizedGraph(const std::string& text);

/// `file` "-": standard input. kExitClean without a sentence when all went well.
Refusal symbolize(const std::string& file);

} // namespace racecourse::tool
