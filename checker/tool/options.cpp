#include "checker/tool/options.h"

#include "checker/tool/rules.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <memory>

namespace racecourse::tool {
namespace {

constexpr const char* kToStandardError = "-";
constexpr const char* kCheckFooter = R"(Which code is checked:
  racecourse check                      the compile database found from here: in this folder, in build*/ and out/, in
                                        the folders above
  racecourse check -p BUILD             the database in BUILD
  racecourse check -p BUILD src/net     of it, the units below src/net
  racecourse check a.cpp b.c -- -Iinc   these files as one program, with these flags, without a database

Exit status: 0 clean, 1 findings at or above --fail-level, 2 usage or configuration, 3 some unit was not analysed,
4 wrong toolchain, 5 internal error; 1 beats 3.)";

const std::map<std::string, analysis::Confidence> kConfidences = {{"high", analysis::Confidence::High},
                                                                  {"medium", analysis::Confidence::Medium},
                                                                  {"low", analysis::Confidence::Low}};
const std::map<std::string, analysis::Severity> kLevels = {{"error", analysis::Severity::Error},
                                                           {"warning", analysis::Severity::Warning},
                                                           {"note", analysis::Severity::Note}};

/// What the command line says before it has been looked at as a whole.
struct Words {
  std::vector<std::string> formats;
  std::string rule_list, confidence = "medium", level = "warning", profile, fix;
  bool dump_model = false, dump_state = false;
};

/// "json=out.json" → format and file. Empty when the format is unknown.
std::optional<Output> parseOutput(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::optional<Format> format = formatNamed(std::string_view(text).substr(0, equals));
  if (!format) return std::nullopt;
  Output output;
  output.format = *format;
  if (equals != std::string::npos) {
    output.file = text.substr(equals + 1);
    if (output.file.empty()) return std::nullopt;
  }
  return output;
}

} // namespace

std::string parseConfidence(const std::string& word, analysis::Confidence& confidence) {
  const auto found = kConfidences.find(word);
  if (found == kConfidences.end()) return "the confidence is one of high, medium, low, not '" + word + "'.";
  confidence = found->second;
  return "";
}

std::string parseFailLevel(const std::string& word, analysis::Severity& level) {
  const auto found = kLevels.find(word);
  if (found == kLevels.end()) return "the fail level is one of error, warning, note, not '" + word + "'.";
  level = found->second;
  return "";
}

std::string parseRules(const std::string& list, report::RuleGlobs& globs) {
  // "-racecourse-lock-leak" alone means: the usual ones but that one.
  const bool starts_by_taking_away =
      list.find_first_not_of(" \t") != std::string::npos && list[list.find_first_not_of(" \t")] == '-';
  globs = report::RuleGlobs(starts_by_taking_away ? std::string(report::kDefaultRules) + "," + list : list);
  if (globs.empty()) return "a list of rules needs at least one glob.";
  for (const std::string& glob : globs.globs()) {
    const bool fits = std::any_of(rules().begin(), rules().end(),
                                  [&](const Rule& rule) { return report::matchesGlob(glob, rule.id); });
    if (fits) continue;
    std::string sentence = "'" + glob + "' fits no rule; there are";
    for (const Rule& rule : rules())
      sentence += (&rule == &rules().front() ? " " : ", ") + std::string(rule.id);
    return sentence + ".";
  }
  return "";
}

namespace {

std::string finish(const CLI::App& check, const Words& words, Options& options, AfterDashes after_dashes) {
  options.direct_flags = std::move(after_dashes);
  options.profile = check.count("--profile") > 0;
  if (words.profile != kToStandardError) options.profile_file = words.profile;

  bool to_stdout = false;
  for (const std::string& text : words.formats) {
    const std::optional<Output> output = parseOutput(text);
    if (!output) return "--format " + text + " is not one of " + formatNames() + ", each also with =FILE.";
    if (output->file.empty() && std::exchange(to_stdout, true))
      return "only one --format can go to standard output: write the others as FORMAT=FILE.";
    options.outputs.push_back(*output);
  }
  if (options.outputs.empty()) options.outputs.push_back({});
  if (!words.rule_list.empty() || check.count("--rules") > 0) {
    const std::string problem = parseRules(words.rule_list, options.rules);
    if (!problem.empty()) return "--rules: " + problem;
    options.rules_named = true;
  }
  options.least_confidence = kConfidences.at(words.confidence);
  options.confidence_named = check.count("--confidence") > 0;
  options.fail_level = kLevels.at(words.level);
  options.fail_level_named = check.count("--fail-level") > 0;

  if (words.fix == "safe")
    options.fix = FixMode::Safe;
  else if (words.fix == "suggested")
    options.fix = FixMode::All;
  else if (!words.fix.empty())
    return "--fix takes no other value than suggested: --fix, or --fix=suggested.";
  if (options.fix != FixMode::None && options.from_model)
    return "--fix needs the sources: leave --from-model away.";

  if (options.graph == "-" && (to_stdout || words.formats.empty()))
    return "--graph - takes the place of the report on standard output: add --format FORMAT=FILE.";
  if (words.dump_model && words.dump_state) return "--dump-model and --dump-state exclude each other.";
  options.dump = words.dump_model ? Dump::Model : words.dump_state ? Dump::State : Dump::None;
  if (options.dump != Dump::None && to_stdout)
    return "a dump takes the place of the report on standard output: leave --format away.";
  if (options.no_cache && !options.cache.empty()) return "--no-cache and --cache exclude each other.";
  if (options.from_model && (options.direct_flags || !options.build.empty()))
    return "--from-model needs no compiler: leave -p and -- away.";
  if (options.from_model && options.paths.empty()) return "--from-model needs at least one model file.";
  if (options.direct_flags && !options.build.empty())
    return "-p names a compile database and -- says there is none: leave one of them away.";
  if (options.baseline_use != BaselineUse::Apply &&
      (!options.diff_with.empty() || (!options.paths.empty() && !options.direct_flags && !options.from_model)))
    return "a baseline holds the whole program: leave the paths and --diff away.";
  if (options.direct_flags && options.paths.empty())
    return "with -- the sources stand before it: racecourse check a.cpp b.c -- -Iinc";
  return "";
}

} // namespace

namespace {

/// What check and its relatives have in common: all of it.
FinishVerb declareAnalysis(CLI::App& check, Options& options) {
  check.footer(kCheckFooter);

  const auto words = std::make_shared<Words>();
  const auto named = [](const auto& map) {
    std::vector<std::string> names;
    for (const auto& [name, value] : map)
      names.push_back(name);
    return CLI::IsMember(names);
  };
  check.add_option("PATH", options.paths,
                   "only units that are or lie below these; with `--`, the sources themselves");
  check.add_option("-p", options.build, "folder with compile_commands.json, or that file")
      ->type_name("BUILD");
  check
      .add_option("--format", words->formats,
                  "text (default), " + formatNames().substr(6) + "; with =FILE into a file; may be repeated")
      ->type_name("FORMAT[=FILE]")
      ->allow_extra_args(false);
  check
      .add_option("--graph", options.graph,
                  "also write the lock-order graph there, for `racecourse graph`; - is standard output")
      ->type_name("FILE");
  check
      .add_option("--rules", words->rule_list,
                  "rules to report: globs, separated by commas, `-` takes away (default: the defects, " +
                      std::string(report::kDefaultRules) + "; '*' adds what is practice)")
      ->type_name("GLOBS");
  check
      .add_option("--confidence", words->confidence,
                  "report findings of at least this confidence: high, medium (default), low")
      ->check(named(kConfidences))
      ->type_name("LEVEL");
  check
      .add_option("--fail-level", words->level,
                  "exit 1 for findings at or above: error, warning (default), note")
      ->check(named(kLevels))
      ->type_name("LEVEL");
  check.add_flag("--exit-zero", options.exit_zero, "findings do not change the exit status");
  check.add_flag("--allow-partial", options.allow_partial,
                 "units that could not be analysed do not change the exit status");
  check.add_option("-j", options.job_count, "units analysed at a time (default: one per core)")
      ->check(CLI::Range(1u, 1024u))
      ->type_name("N");
  check.add_flag("--no-cache", options.no_cache, "neither use nor keep what earlier runs found out");
  check
      .add_option("--cache", options.cache,
                  "keep it there (default: .racecourse in the root of the project; none with `--`)")
      ->type_name("FOLDER");
  check
      .add_option("--cache-size", options.cache_limit_mb,
                  "what is kept there at most (default: 1024); 0 is no limit")
      ->type_name("MB");
  check
      .add_option("--models", options.models,
                  "also read what library functions do from this file; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  check.add_option("--baseline", options.baseline, "leave out the findings of this baseline")
      ->type_name("FILE");
  check.add_flag("--keep-stale", options.keep_stale,
                 "entries of the baseline that fit no finding any more do not change the exit status");
  check
      .add_option("--diff", options.diff_with,
                  "only findings that the change since this git revision has to do with; - reads a diff")
      ->type_name("REF");
  check.add_option("--config", options.config, "read this instead of the nearest .racecourse.yaml")
      ->type_name("FILE");
  check.add_flag("--show-config", options.show_config, "print the settings in force and end");
  check.add_flag("--fix{safe}", words->fix,
                 "apply the fixes that are safe, below the project's root; --fix=suggested: all of them");
  // A flag, since an option that may have a value would take the next path for it.
  check.add_flag("--profile{" + std::string(kToStandardError) + "}", words->profile,
                 "show where the time went; --profile=FILE writes it there, as JSON");
  check.add_flag("--from-model", options.from_model,
                 "the paths are stored models, text or binary, instead of sources");
  check.add_flag("--dump-model", words->dump_model, "print the model of each unit instead of a report");
  check.add_flag("--dump-state", words->dump_state, "print the state at each probe instead of a report");
  check.add_flag("-v,--verbose", options.verbose, "list flags taken out, skipped units and every limit met");

  return [words, &check, &options](AfterDashes after_dashes) {
    return finish(check, *words, options, std::move(after_dashes));
  };
}

} // namespace

FinishVerb declareCheck(CLI::App& app, Options& options) {
  return declareAnalysis(
      *app.add_subcommand("check", "analyse a program and report what its threads can do to each other"),
      options);
}

FinishVerb declareBaseline(CLI::App& app, Options& options) {
  CLI::App& baseline =
      *app.add_subcommand("baseline", "write down the findings of today, so that only new ones count");
  baseline.require_subcommand(1);
  CLI::App& create = *baseline.add_subcommand("create", "put every finding of now into the baseline");
  CLI::App& prune = *baseline.add_subcommand("prune", "take out of the baseline what is not found any more");
  const FinishVerb finish_create = declareAnalysis(create, options);
  const FinishVerb finish_prune = declareAnalysis(prune, options);
  return [&options, &create, finish_create, finish_prune](AfterDashes after_dashes) {
    const bool creates = create.parsed();
    options.baseline_use = creates ? BaselineUse::Create : BaselineUse::Prune;
    return (creates ? finish_create : finish_prune)(std::move(after_dashes));
  };
}

} // namespace racecourse::tool
