// A merged lock-order graph for programs (JSON), for Graphviz (DOT), and for people (one HTML file that needs nothing but a
// browser: layout by dagre, which is compiled in). Pure; the same graph gives the same bytes.
#pragma once

#include "checker/report/graph_merge.h"

#include <string>
#include <string_view>

namespace racecourse::report {

/// racecourse-graph/1, origin "merged".
std::string mergedGraphJson(const MergedGraph& graph, std::string_view version);
std::string mergedGraphDot(const MergedGraph& graph);
std::string mergedGraphHtml(const MergedGraph& graph, std::string_view version);

/// The parts of the page, compiled in (embed_graph_page.cmake).
struct GraphPageParts {
  std::string html, style, script, layout;
};
GraphPageParts graphPageParts();

} // namespace racecourse::report
