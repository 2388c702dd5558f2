// `racecourse graph A.json [B.json …]`: the lock-order graph of the checker and of recorded runs as one, for a browser,
// for Graphviz or for programs. Reads the files, names the code addresses of recorded ones while their programs are still
// there, writes one file or standard output.
#pragma once

#include "checker/tool/options.h"

#include <string>
#include <vector>

namespace racecourse::tool {

struct GraphOptions {
  std::vector<std::string> files; ///< racecourse-graph/1, of either origin
  std::string format = "html";
  std::string output; ///< empty: standard output
};

/// Adds the verb to `app`. `options` must live until the parsing is finished.
FinishVerb declareGraph(CLI::App& app, GraphOptions& options);

Refusal graph(const GraphOptions& options);

} // namespace racecourse::tool
