#include "checker/tool/command_line.h"

#include "checker/tool/symbolize_verb.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

namespace racecourse::tool {

OrRefusal<CommandLine> parseCommandLine(int argc, const char* const* argv) {
  // What stands after `--` belongs to somebody else's program: cut it off before anything is parsed.
  std::vector<std::string> words;
  AfterDashes after_dashes;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (after_dashes)
      after_dashes->push_back(std::move(word));
    else if (word == "--")
      after_dashes.emplace();
    else
      words.push_back(std::move(word));
  }

  CLI::App app("Racecourse finds data races, deadlocks and check-then-act bugs in C and C++.", "racecourse");
  app.set_version_flag("--version", "racecourse " RACECOURSE_VERSION);
  app.require_subcommand(1);
  CommandLine line;
  struct Row {
    Verb verb;
    FinishVerb finish;
  };
  const std::map<std::string, Row> verbs = {
      {"baseline", {Verb::Check, declareBaseline(app, line.check)}},
      {"check", {Verb::Check, declareCheck(app, line.check)}},
      {"diff", {Verb::Diff, declareDiff(app, line.diff)}},
      {"doctor", {Verb::Doctor, declareDoctor(app, line.doctor)}},
      {"explain", {Verb::Explain, declareExplain(app, line.explain)}},
      {"init", {Verb::Init, declareInit(app)}},
      {"graph", {Verb::Graph, declareGraph(app, line.graph)}},
      {"rules", {Verb::Rules, declareRules(app, line.rules)}},
      {"run", {Verb::Run, declareRun(app, line.run)}},
      {"symbolize", {Verb::Symbolize, declareSymbolize(app, line.symbolize)}},
  };

  try {
    std::reverse(words.begin(), words.end()); // CLI11 takes them from the back
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      app.exit(error, std::cout, std::cerr);
      return Refusal{kExitClean, ""};
    }
    const std::string verb =
        app.get_subcommands().empty() ? "" : app.get_subcommands().front()->get_name() + " ";
    return Refusal{kExitUsage, std::string(error.what()) + " (racecourse " + verb + "--help)"};
  }

  const Row& chosen = verbs.at(app.get_subcommands().front()->get_name());
  line.verb = chosen.verb;
  const std::string problem = chosen.finish(std::move(after_dashes));
  if (!problem.empty()) return Refusal{kExitUsage, problem};
  return line;
}

} // namespace racecourse::tool
