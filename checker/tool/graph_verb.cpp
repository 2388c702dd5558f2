#include "checker/tool/graph_verb.h"

#include "checker/report/graph_formats.h"
#include "checker/tool/output.h"
#include "checker/tool/symbolize_verb.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

namespace racecourse::tool {

FinishVerb declareGraph(CLI::App& app, GraphOptions& options) {
  CLI::App& verb =
      *app.add_subcommand("graph", "show the order of locks, predicted and recorded, with its cycles");
  verb.footer("The files come from:\n"
              "  racecourse check --graph static.json …         what the sources allow\n"
              "  racecourse run --graph recorded.json -- PROGRAM  what a run did\n"
              "Each edge is then predicted, observed, or both.\n\n"
              "Exit status: 0 written, 2 a file that is no such graph.");
  verb.add_option("FILE", options.files, "racecourse-graph/1 files, one or more")->required();
  verb.add_option("--format", options.format, "html (default): a page that needs no network; dot; json")
      ->check(CLI::IsMember({"html", "dot", "json"}))
      ->type_name("FORMAT");
  verb.add_option("-o,--output", options.output, "write here instead of to standard output")
      ->type_name("FILE");
  return [&options](AfterDashes after_dashes) {
    if (after_dashes) return std::string("`racecourse graph` takes nothing behind `--`.");
    if (options.output.empty() && options.format == "html" && ::isatty(STDOUT_FILENO) == 1)
      return std::string("a page is nothing for a terminal: name a file with -o FILE.");
    return std::string();
  };
}

Refusal graph(const GraphOptions& options) {
  std::vector<report::GraphFile> files;
  for (const std::string& name : options.files) {
    OrRefusal<std::string> text = readFile(name);
    if (!text) return text.refusal();
    std::string problem = report::graphTextProblem(*text, name);
    if (!problem.empty()) return {kExitUsage, problem};
    files.push_back(report::readGraph(symbolizedGraph(*text), name, problem));
    if (!problem.empty()) return {kExitUsage, problem};
  }
  const report::MergedGraph merged = report::mergeGraphs(files);
  const std::string text = options.format == "dot"    ? report::mergedGraphDot(merged)
                           : options.format == "json" ? report::mergedGraphJson(merged, RACECOURSE_VERSION)
                                                      : report::mergedGraphHtml(merged, RACECOURSE_VERSION);
  const std::string problem = options.output.empty() ? writeAll(STDOUT_FILENO, text, "standard output")
                                                     : replaceFile(options.output, text);
  return {problem.empty() ? kExitClean : kExitInternal, problem};
}

} // namespace racecourse::tool
