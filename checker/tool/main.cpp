// racecourse: the whole program. Flags, prepare, extract, link, solve, report; each step takes the finished value of the
// one before. Everything that is printed is printed here: results to standard output, everything else to standard error.
#include "checker/analysis/link.h"
#include "checker/analysis/solve.h"
#include "checker/analysis/thread_roots.h"
#include "checker/frontend/models.h"
#include "checker/model/text.h"
#include "checker/report/graph_static.h"
#include "checker/report/hygiene.h"
#include "checker/report/paths.h"
#include "checker/report/source_text.h"
#include "checker/report/text_report.h"
#include "checker/tool/clang_tidy_config.h"
#include "checker/tool/command_line.h"
#include "checker/tool/compile_commands.h"
#include "checker/tool/extraction_run.h"
#include "checker/tool/narrowing.h"
#include "checker/tool/output.h"
#include "checker/tool/project_root.h"
#include "checker/tool/rules.h"
#include "checker/tool/run_store.h"
#include "checker/tool/state_dump.h"
#include "checker/tool/stored_models.h"
#include "checker/tool/symbolize_verb.h"
#include "checker/tool/toolchain.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <unistd.h>

namespace racecourse::tool {
namespace {

void tell(const std::string& sentence) {
  std::fprintf(stderr, "racecourse: %s\n", sentence.c_str());
}

/// A terminal that takes colours and a moving line. Some do not and say so in TERM; Emacs' compile mode says it in its own.
bool isScreen(int descriptor) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value ? value : "");
  };
  return ::isatty(descriptor) == 1 && variable("TERM") != "dumb" && variable("NO_COLOR").empty() &&
         !variable("INSIDE_EMACS").ends_with(",compile");
}

int refuse(const Refusal& refusal) {
  if (!refusal.sentence.empty()) tell(refusal.sentence);
  return refusal.exit_code;
}

/// Runs one phase and notes its cost.
template <typename Work> auto timed(Profile& profile, const char* phase, Work&& work) {
  const Stopwatch watch(Stopwatch::Of::Process);
  auto result = work();
  profile.phases.push_back({phase, watch.elapsed()});
  return result;
}

OrRefusal<CompileCommands> findCommands(const Options& options, const std::string& folder,
                                        const std::string& root) {
  if (options.direct_flags) return directCommands(options.paths, *options.direct_flags, folder);
  std::string database = options.build;
  if (database.empty()) {
    database = findDatabase(folder);
    if (database.empty()) return Refusal{kExitUsage, databaseRecipes()};
    tell("using " + report::displayPath(database, root));
  }
  return loadDatabase(database, options.paths, folder);
}

void tellDetails(const CompileCommands& commands) {
  if (!commands.removed_flags.empty()) {
    std::string flags;
    for (const std::string& flag : commands.removed_flags)
      flags += " " + flag;
    tell("flags taken out:" + flags);
  }
  for (const std::string& file : commands.skipped)
    tell("skipped, neither C nor C++: " + file);
}

/// All that is known before the first unit is looked at.
struct Work {
  std::vector<frontend::CompileCommand> commands;
  std::shared_ptr<const frontend::Models> models;
};

OrRefusal<Work> prepare(const Options& options, const std::string& folder, const std::string& root) {
  if (options.from_model) return Work();
  OrRefusal<CompileCommands> commands = findCommands(options, folder, root);
  if (!commands) return commands.refusal();
  std::erase_if(commands->commands, [&](const frontend::CompileCommand& command) {
    return isExcluded(options, absolutePath(command.file, command.directory));
  });
  if (commands->commands.empty()) return Refusal{kExitUsage, "the config excludes every unit."};
  if (options.verbose) tellDetails(*commands);

  std::string problem;
  auto models = frontend::Models::load(options.models, problem, options.lock_models);
  if (!models) return Refusal{kExitUsage, problem};

  OrRefusal<std::string> resource_folder = findResourceFolder();
  if (!resource_folder) return resource_folder.refusal();
  useResourceFolder(commands->commands, *resource_folder);
  return Work{std::move(commands->commands), std::move(models)};
}

/// The outcomes of units that an earlier run has analysed, as far as they matter afterwards.
std::vector<UnitOutcome> outcomesOf(const Work& work, const store::RunEntry& known) {
  std::vector<UnitOutcome> outcomes;
  for (std::size_t i = 0; i < work.commands.size(); ++i) {
    UnitOutcome& outcome = outcomes.emplace_back();
    outcome.file = work.commands[i].file;
    outcome.extraction.failure = known.unit_failures[i];
    outcome.extraction.ok = outcome.extraction.failure.empty();
    outcome.extraction.unit.dependencies = known.unit_files[i];
  }
  return outcomes;
}

/// How many events a program has: what solving it costs.
std::uint64_t eventCount(const model::Unit& program) {
  std::uint64_t count = 0;
  for (const model::Function& function : program.functions)
    count += function.events.size();
  return count;
}

/// What the analysis cannot know: units that it never saw.
void addFailures(analysis::Coverage& coverage, const std::vector<UnitOutcome>& outcomes,
                 const std::string& root) {
  coverage.units = outcomes.size();
  for (const UnitOutcome& outcome : outcomes) {
    if (outcome.extraction.ok) continue;
    ++coverage.failed_units;
    coverage.failures.push_back(report::displayPath(outcome.file, root) + ": " + outcome.extraction.failure);
  }
  std::sort(coverage.failures.begin(), coverage.failures.end());
}

/// The failed units, for runs whose standard output says nothing of them.
void tellFailures(const std::vector<UnitOutcome>& outcomes, const std::string& root) {
  analysis::Coverage coverage;
  addFailures(coverage, outcomes, root);
  for (const std::string& failure : coverage.failures)
    tell(failure);
}

/// Writes every output; empty, or a sentence about the first that failed.
std::string writeReports(const Options& options, const report::Report& report, report::SourceText& sources) {
  for (const Output& output : options.outputs) {
    const bool to_terminal = output.file.empty() && isScreen(STDOUT_FILENO);
    const std::string text =
        writeReport(output.format, report, sources, {.colour = to_terminal, .verbose = options.verbose});
    std::string problem =
        output.file.empty() ? writeAll(STDOUT_FILENO, text, "standard output") : writeFile(output.file, text);
    if (!problem.empty()) return problem;
  }
  return "";
}

/// Applies what the report proposes; empty, or a sentence.
std::string fixFindings(const report::Report& report, FixMode mode) {
  const FixOutcome outcome = applyFixes(report, mode);
  for (const std::string& sentence : outcome.left)
    tell(sentence);
  const auto count = [](std::size_t n, const char* thing) { return std::to_string(n) + ' ' + thing; };
  if (outcome.problem.empty())
    tell(count(outcome.applied_count, outcome.applied_count == 1 ? "finding" : "findings") + " fixed in " +
         count(outcome.file_count, outcome.file_count == 1 ? "file" : "files"));
  return outcome.problem;
}

std::string writeProfile(const Options& options, const Profile& profile) {
  if (!options.profile) return "";
  if (options.profile_file.empty()) return writeAll(STDERR_FILENO, profile.table(), "standard error");
  return writeFile(options.profile_file, profile.json());
}

int dumpModels(const Options& options, const std::vector<UnitOutcome>& outcomes, const Profile& profile,
               const std::string& root) {
  std::string text;
  bool all_ok = true;
  for (const UnitOutcome& outcome : outcomes) {
    if (outcome.extraction.ok) text += model::write(outcome.extraction.unit);
    all_ok = all_ok && outcome.extraction.ok;
  }
  tellFailures(outcomes, root);
  std::string problem = writeAll(STDOUT_FILENO, text, "standard output");
  if (problem.empty()) problem = writeProfile(options, profile);
  if (!problem.empty()) return refuse({kExitInternal, problem});
  return all_ok || options.allow_partial ? kExitClean : kExitNotAnalysed;
}

int exitCode(const Options& options, const report::Report& report) {
  const auto& findings = report.selection.findings;
  const bool fails = std::any_of(findings.begin(), findings.end(), [&](const analysis::Finding& finding) {
    return finding.severity <= options.fail_level;
  });
  if (fails && !options.exit_zero) return kExitFindings;
  if (report.coverage.failed_units > 0 && !options.allow_partial) return kExitNotAnalysed;
  return kExitClean;
}

int check(Options options) {
  const std::string folder = std::filesystem::current_path().string();
  const std::string root = projectRoot(folder);
  OrRefusal<Config> config = settle(options, folder);
  if (!config) return refuse(config.refusal());
  if (options.show_config) {
    const std::string problem = writeAll(STDOUT_FILENO, showConfig(*config), "standard output");
    return problem.empty() ? kExitClean : refuse({kExitInternal, problem});
  }
  // A report that has nowhere to go is known before the work is done.
  for (const Output& output : options.outputs)
    if (!output.file.empty())
      if (const std::string problem = tryFile(output.file); !problem.empty())
        return refuse({kExitUsage, problem});

  if (!options.graph.empty() && options.graph != "-")
    if (const std::string problem = tryFile(options.graph); !problem.empty())
      return refuse({kExitUsage, problem});

  Profile profile;
  ClangTidyConfig tidy_config;
  analysis::Options analysis_options;
  analysis_options.keep_order_graph = !options.graph.empty();
  OrRefusal<Work> work = timed(profile, "prepare", [&] { return prepare(options, folder, root); });
  if (!work) return refuse(work.refusal());
  if (!options.from_model) {
    std::vector<std::string> files;
    for (const frontend::CompileCommand& command : work->commands)
      files.push_back(command.file);
    OrRefusal<analysis::RuleOptions> rule_options = tidy_config.optionsFor(files);
    if (!rule_options) return refuse(rule_options.refusal());
    analysis_options.rules = *rule_options;
  }

  RunStore kept(storeFolder(options, folder, root, work->commands),
                work->models ? work->models->digest() : 0);
  kept.describeRun(work->commands, analysis_options, options.thread_roots);
  std::optional<store::RunEntry> known;
  if (options.dump == Dump::None && options.graph.empty())
    known = timed(profile, "store", [&] { return kept.findRun(); });

  std::vector<UnitOutcome> outcomes = timed(profile, "extract", [&] {
    if (options.from_model) return readModels(options.paths, folder);
    if (known) return outcomesOf(*work, *known);
    return extractAll(work->commands, *work->models, kept, options.job_count, isScreen(STDERR_FILENO));
  });
  if (options.verbose && kept.isOn())
    tell(std::to_string(kept.foundCount()) + " of " + std::to_string(outcomes.size()) +
         " units were known from earlier runs");
  std::vector<FixUnit> fix_units;
  for (std::size_t i = 0; i < work->commands.size(); ++i)
    fix_units.push_back({work->commands[i], outcomes[i].extraction.unit.dependencies});
  for (const UnitOutcome& outcome : outcomes)
    profile.units.push_back({report::displayPath(outcome.file, root), outcome.cost});

  const auto tellStore = [&] {
    for (const std::string& sentence : kept.finish(std::uint64_t{options.cache_limit_mb} << 20))
      tell(sentence);
  };
  if (options.dump == Dump::Model) {
    tellStore();
    return dumpModels(options, outcomes, profile, root);
  }

  std::vector<std::string> unknown_roots;
  const model::Unit program = timed(profile, "link", [&] {
    model::Unit linked;
    if (known) {
      linked.files = known->files; // nobody asks for more than the names behind places
      unknown_roots = known->unknown_roots;
      return linked;
    }
    std::vector<model::Unit> units;
    for (UnitOutcome& outcome : outcomes)
      if (outcome.extraction.ok) units.push_back(std::move(outcome.extraction.unit));
    linked = analysis::link(std::move(units));
    unknown_roots = analysis::addThreadRoots(linked, options.thread_roots);
    return linked;
  });
  for (const std::string& name : unknown_roots)
    tell("thread-roots: no function with a body is named '" + name + "'");

  analysis::Result result = timed(profile, "solve", [&] {
    if (!known) return analysis::solve(program, analysis_options);
    analysis::Result result;
    result.findings = std::move(known->findings);
    result.coverage = std::move(known->coverage);
    return result;
  });
  if (kept.isOn() && !known && options.dump == Dump::None)
    timed(profile, "store", [&] {
      store::RunEntry entry;
      entry.files = program.files;
      entry.findings = result.findings;
      entry.coverage = result.coverage;
      for (const UnitOutcome& outcome : outcomes)
        entry.unit_failures.push_back(outcome.extraction.ok ? "" : outcome.extraction.failure);
      for (const FixUnit& unit : fix_units)
        entry.unit_files.push_back(unit.files);
      entry.unknown_roots = unknown_roots;
      // Paths name a part of the database; behind `--` they are the whole program.
      if (options.paths.empty() || options.direct_flags) {
        entry.program = kept.programOf(work->commands, entry.unit_failures, eventCount(program));
        kept.keepProgram(entry.program);
      }
      kept.keepRun(std::move(entry));
      return 0;
    });
  if (known && !known->program.empty()) kept.keepProgram(known->program);

  if (options.dump == Dump::State) {
    tellFailures(outcomes, root);
    const std::string problem =
        writeAll(STDOUT_FILENO, stateDump(program, result.probes, root), "standard output");
    if (!problem.empty()) return refuse({kExitInternal, problem});
  }

  report::SourceText sources;
  report::Report report = timed(profile, "report", [&] {
    report::Wanted wanted{options.rules, options.least_confidence};
    addFailures(result.coverage, outcomes, root);
    // Unless --rules decides, each source's .clang-tidy does.
    const bool by_config = !options.rules_named && !options.from_model;
    if (by_config) wanted.rules = report::RuleGlobs("*");
    const auto allowed = [&](const analysis::Finding& finding) {
      return by_config ? tidy_config.allows(finding.rule, std::string(report::pathOf(program, finding.place)))
                       : options.rules.contains(finding.rule);
    };
    report::HygieneQuestion question;
    for (const Rule& rule : rules())
      question.rules.push_back(rule.id);
    question.complete = result.coverage.failed_units == 0 && (options.paths.empty() || options.direct_flags);
    question.is_shown = [&](const analysis::Finding& finding) {
      return finding.confidence <= options.least_confidence && allowed(finding);
    };
    std::vector<analysis::Finding> problems =
        report::suppressionProblems(program, result.findings, question, sources);
    std::move(problems.begin(), problems.end(), std::back_inserter(result.findings));
    if (by_config)
      std::erase_if(result.findings, [&](const analysis::Finding& finding) { return !allowed(finding); });
    return report::Report{program, report::select(program, std::move(result.findings), wanted, sources),
                          std::move(result.coverage), root, RACECOURSE_VERSION};
  });
  const Narrowing narrowing = options.dump == Dump::None ? narrow(options, root, report) : Narrowing();
  if (!narrowing.refusal.sentence.empty()) return refuse(narrowing.refusal);
  for (const std::string& sentence : narrowing.told)
    tell(sentence);
  if (options.dump == Dump::None && !fix_units.empty())
    report.fixes = timed(profile, "fixes", [&] {
      const std::vector<analysis::Finding>& findings = report.selection.findings;
      if (std::optional<store::Fixes> fixes = kept.findFixes(findings)) return *fixes;
      store::Fixes fixes = proposeReportFixes(report, fix_units);
      kept.keepFixes(findings, fixes);
      return fixes;
    });
  tellStore();
  if (result.order_graph) {
    const std::string text = report::staticGraphJson(program, *result.order_graph, root);
    const std::string problem = options.graph == "-" ? writeAll(STDOUT_FILENO, text, "standard output")
                                                     : replaceFile(options.graph, text);
    if (!problem.empty()) return refuse({kExitInternal, problem});
  }
  if (options.dump == Dump::None) {
    if (const std::string problem = writeReports(options, report, sources); !problem.empty())
      return refuse({kExitInternal, problem});
    // Every report went to a file: the totals still belong on the screen.
    if (std::none_of(options.outputs.begin(), options.outputs.end(),
                     [](const Output& o) { return o.file.empty(); }))
      tell(report::summaryLine(report));
  }
  if (options.fix != FixMode::None && options.dump == Dump::None)
    if (const std::string problem = fixFindings(report, options.fix); !problem.empty())
      return refuse({kExitInternal, problem});
  if (const std::string problem = writeProfile(options, profile); !problem.empty())
    return refuse({kExitInternal, problem});
  const int code = exitCode(options, report);
  return narrowing.stale && !options.exit_zero ? kExitFindings : code;
}

} // namespace
} // namespace racecourse::tool

int main(int argc, char** argv) {
  using namespace racecourse::tool;
  try {
    OrRefusal<CommandLine> line = parseCommandLine(argc, argv);
    if (!line) return refuse(line.refusal());
    switch (line->verb) {
    case Verb::Check: return check(line->check);
    case Verb::Diff: return refuse(diff(line->diff));
    case Verb::Doctor: return refuse(doctor(line->doctor));
    case Verb::Explain: return refuse(explain(line->explain));
    case Verb::Init: return refuse(init(std::filesystem::current_path().string()));
    case Verb::Graph: return refuse(graph(line->graph));
    case Verb::Rules: return refuse(listRules(line->rules));
    case Verb::Run: return refuse(run(line->run));
    case Verb::Symbolize: return refuse(symbolize(line->symbolize));
    }
    return kExitInternal;
  } catch (const std::exception& error) {
    // Our own code throws nothing; the standard library does when memory or the working folder is gone.
    return refuse({kExitInternal, std::string("internal error: ") + error.what()});
  }
}
