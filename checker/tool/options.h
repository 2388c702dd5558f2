// The options of `racecourse check`, as a value.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/report/rule_globs.h"
#include "checker/tool/exit_code.h"
#include "checker/tool/fix_run.h"
#include "checker/tool/formats.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace racecourse::tool {

struct Output {
  Format format = Format::Text;
  std::string file; ///< empty: standard output
};

/// What stands on standard output instead of a report.
enum class Dump { None, Model, State };

/// What to do with the baseline: leave known findings out (when there is one), or write it.
enum class BaselineUse { Apply, Create, Prune };

struct Options {
  std::string build; ///< -p: a folder with compile_commands.json, or that file; empty: look for one
  std::vector<std::string> paths; ///< as written
  /// The compiler flags after `--`. Present, even when empty: `paths` are the sources and no database is used.
  std::optional<std::vector<std::string>> direct_flags;
  bool from_model = false;         ///< `paths` are stored models
  std::vector<std::string> models; ///< --models
  std::string lock_models;         ///< the config's `locks`, as the text of a models file
  std::vector<Output> outputs;     ///< at least one; at most one to standard output
  std::string graph;               ///< --graph: file for the lock-order graph; empty: none
  report::RuleGlobs rules{report::kDefaultRules};
  analysis::Confidence least_confidence = analysis::Confidence::Medium;
  analysis::Severity fail_level = analysis::Severity::Warning;
  bool exit_zero = false;
  bool allow_partial = false;
  bool verbose = false;
  bool no_cache = false;
  std::string cache;              ///< --cache: folder of the store; empty: the usual place
  unsigned cache_limit_mb = 1024; ///< 0: none
  unsigned job_count = 0;         ///< 0: as many as the machine has cores
  bool profile = false;
  std::string profile_file; ///< empty: a table on standard error
  Dump dump = Dump::None;
  bool rules_named = false; ///< --rules was given: it decides instead of Checks in .clang-tidy
  FixMode fix = FixMode::None;
  bool confidence_named = false,
       fail_level_named = false; ///< on the command line: the config does not count then
  std::string config;            ///< --config; empty: look for one
  bool show_config = false;      ///< print what is in force and end
  BaselineUse baseline_use = BaselineUse::Apply;
  std::string baseline; ///< file; empty: none, or the default one for create and prune
  bool keep_stale = false;
  std::string
      diff_with; ///< --diff: a git revision, or "-" for a diff on standard input; empty: report everything
  std::vector<std::string> exclude;      ///< globs on paths below exclude_root; `*` matches slashes too
  std::string exclude_root;              ///< folder of the config
  std::vector<std::string> thread_roots; ///< names of functions
};

/// What stands after `--` on the command line; absent without one.
using AfterDashes = std::optional<std::vector<std::string>>;

/// Called when the command line was parsed and the verb is the chosen one: completes its options. Empty, or a sentence
/// about what does not fit together.
using FinishVerb = std::function<std::string(AfterDashes)>;

/// Adds the verb to `app`. `options` must live until the parsing is finished.
FinishVerb declareCheck(CLI::App& app, Options& options);
/// `racecourse baseline create|prune`, with the options of check.
FinishVerb declareBaseline(CLI::App& app, Options& options);

/// Values as people write them, on the command line and in the config. Empty, or a sentence.
std::string parseRules(const std::string& list, report::RuleGlobs& globs);
std::string parseConfidence(const std::string& word, analysis::Confidence& confidence);
std::string parseFailLevel(const std::string& word, analysis::Severity& level);

} // namespace racecourse::tool
