// The static lock-order graph as racecourse-graph/1 (docs/schemas/graph.schema.json, origin "static"): what
// `racecourse graph` and people's own scripts read. The same text for any number of jobs and in any checkout: paths below
// the root are relative, ids count in the order of names. Pure.
#pragma once

#include "checker/analysis/order_graph.h"

#include <string>

namespace racecourse::report {

/// `root` as in Report.
std::string staticGraphJson(const model::Unit& program, const analysis::OrderGraph& graph,
                            const std::string& root);

} // namespace racecourse::report
