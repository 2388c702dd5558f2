#include "checker/tool/narrowing.h"

#include "checker/report/baseline.h"
#include "checker/report/changed_lines.h"
#include "checker/report/paths.h"
#include "checker/tool/compile_commands.h"
#include "checker/tool/output.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace racecourse::tool {

namespace {

constexpr const char* kBaselineName = "racecourse-baseline.json";

std::string count(std::size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

/// Runs git in `root`; its standard output, or a sentence.
OrRefusal<std::string> git(const std::string& root, std::vector<std::string> arguments) {
  const llvm::ErrorOr<std::string> program = llvm::sys::findProgramByName("git");
  if (!program) return Refusal{kExitUsage, "--diff needs git, which is not there."};
  arguments.insert(arguments.begin(), {"git", "-C", root});
  llvm::SmallString<128> out, err;
  if (llvm::sys::fs::createTemporaryFile("racecourse-diff", "txt", out) ||
      llvm::sys::fs::createTemporaryFile("racecourse-diff", "txt", err))
    return Refusal{kExitInternal, "could not make a temporary file."};
  const llvm::FileRemover remove_out(out), remove_err(err);
  const std::vector<llvm::StringRef> words(arguments.begin(), arguments.end());
  const int status =
      llvm::sys::ExecuteAndWait(*program, words, std::nullopt, {llvm::StringRef(""), out.str(), err.str()});
  if (status != 0) {
    OrRefusal<std::string> said = readFile(std::string(err));
    std::string first = said ? said->substr(0, said->find('\n')) : "";
    return Refusal{kExitUsage, "--diff: git does not answer: " + first};
  }
  return readFile(std::string(out));
}

OrRefusal<report::ChangedLines> changedLines(const Options& options, const std::string& root) {
  // A diff names paths from the top of the work tree.
  std::string top = root;
  OrRefusal<std::string> text = std::string();
  if (options.diff_with == "-") {
    text = readFile("/dev/stdin");
    if (OrRefusal<std::string> found = git(root, {"rev-parse", "--show-toplevel"})) top = *found;
  } else {
    OrRefusal<std::string> found = git(root, {"rev-parse", "--show-toplevel"});
    if (!found) return found.refusal();
    top = *found;
    text = git(top.substr(0, top.find('\n')),
               {"diff", "-U0", "--no-color", "--no-ext-diff", "--no-renames", "--src-prefix=a/",
                "--dst-prefix=b/", "--end-of-options", options.diff_with, "--"});
  }
  if (!text) return text.refusal();
  std::string problem;
  report::ChangedLines changed = report::ChangedLines::parse(*text, top.substr(0, top.find('\n')), problem);
  if (!problem.empty()) return Refusal{kExitUsage, "--diff: " + problem};
  return changed;
}

/// Whether this run would have found the entry if it were still there. What was not looked at is not fixed.
class Judge {
public:
  Judge(const Options& options, const std::string& root, const report::Report& report)
      : options_(options), root_(root) {
    // Paths name a part of the database; behind `--` they are the whole program.
    complete_ = report.coverage.failed_units == 0 &&
                (options.paths.empty() || options.direct_flags || options.from_model);
    for (const model::File& file : report.program.files)
      files_.insert(report::displayPath(file.path, root));
  }

  bool couldFind(const report::BaselineEntry& entry) const {
    analysis::Confidence confidence = analysis::Confidence::High;
    if (!entry.confidence.empty() && !parseConfidence(entry.confidence, confidence).empty()) return false;
    if (!complete_ || confidence > options_.least_confidence) return false;
    if (options_.rules_named && !options_.rules.contains(entry.rule)) return false;
    std::error_code error;
    return files_.contains(entry.file) || !std::filesystem::exists(absolutePath(entry.file, root_), error);
  }

private:
  const Options& options_;
  const std::string& root_;
  bool complete_ = false;
  std::set<std::string> files_;
};

void writeBaselineOf(const Options& options, const std::string& file, const std::string& root,
                     report::Report& report, Narrowing& result) {
  report::Baseline baseline = report::baselineOf(report);
  const std::string shown = report::displayPath(file, root);
  if (options.baseline_use == BaselineUse::Prune) {
    OrRefusal<std::string> text = readFile(file);
    if (!text) return void(result.refusal = text.refusal());
    std::string problem;
    const report::Baseline before = report::readBaseline(*text, shown, problem);
    if (!problem.empty()) return void(result.refusal = {kExitUsage, problem});
    if (report.coverage.failed_units > 0) {
      result.refusal = {kExitNotAnalysed, "some units were not analysed, so nothing can be called fixed: " +
                                              shown + " is left as it is."};
      return;
    }
    std::set<std::string> found;
    for (const report::BaselineEntry& entry : baseline.entries)
      found.insert(entry.fingerprint);
    baseline = before;
    const Judge judge(options, root, report);
    std::erase_if(baseline.entries, [&](const report::BaselineEntry& entry) {
      return !found.contains(entry.fingerprint) && judge.couldFind(entry);
    });
    result.told.push_back(count(before.entries.size() - baseline.entries.size(), "entry", "entries") +
                          " taken out of " + shown + ", " + std::to_string(baseline.entries.size()) +
                          " left");
  } else {
    result.told.push_back(count(baseline.entries.size(), "finding", "findings") + " written to " + shown);
  }
  const std::string problem = replaceFile(file, report::writeBaseline(baseline));
  if (!problem.empty()) result.refusal = {kExitInternal, problem};
  // What stands in the baseline is not news.
  report.selection.baselined_count += report.selection.findings.size();
  report.selection.findings.clear();
}

} // namespace

OrRefusal<Config> settle(Options& options, const std::string& folder) {
  Config config;
  const std::string file = options.config.empty() ? findConfig(folder) : absolutePath(options.config, folder);
  if (!file.empty()) {
    OrRefusal<Config> read = readConfig(file);
    if (!read) return read.refusal();
    config = *read;
  }
  // For --show-config, decided before anything is merged.
  const auto origin = [&](const char* key, bool named, bool in_file, const char* otherwise) {
    config.origins[key] = named ? "the command line" : in_file ? file : otherwise;
  };
  origin("version", false, !file.empty(), "default");
  origin("compile-db", !options.build.empty(), config.compile_db.has_value(), "");
  origin("exclude", false, !config.exclude.empty(), "default");
  origin("models", !options.models.empty(), !config.models.empty(), "default");
  if (!options.models.empty() && !config.models.empty())
    config.origins["models"] = file + " and the command line";
  origin("locks", false, !config.locks.empty(), "default");
  origin("thread-roots", false, !config.thread_roots.empty(), "default");
  origin("rules", options.rules_named, config.rules.has_value(), "default; Checks in .clang-tidy changes it");
  origin("confidence", options.confidence_named, config.confidence.has_value(), "default");
  origin("fail-level", options.fail_level_named, config.fail_level.has_value(), "default");
  origin("baseline", !options.baseline.empty(), config.baseline.has_value(), "");
  const auto refuse = [&](const std::string& problem) { return Refusal{kExitUsage, file + ": " + problem}; };
  if (!options.build.empty())
    config.compile_db = options.build;
  else if (config.compile_db && !options.direct_flags && !options.from_model)
    options.build = *config.compile_db;
  options.models.insert(options.models.begin(), config.models.begin(), config.models.end());
  config.models = options.models;
  if (config.rules && !options.rules_named) {
    if (const std::string problem = parseRules(*config.rules, options.rules); !problem.empty())
      return refuse(problem);
    options.rules_named = true;
  }
  if (config.confidence && !options.confidence_named) {
    if (const std::string problem = parseConfidence(*config.confidence, options.least_confidence);
        !problem.empty())
      return refuse(problem);
  }
  if (config.fail_level && !options.fail_level_named) {
    if (const std::string problem = parseFailLevel(*config.fail_level, options.fail_level); !problem.empty())
      return refuse(problem);
  }
  if (!options.baseline.empty())
    config.baseline = options.baseline = absolutePath(options.baseline, folder);
  else if (config.baseline)
    options.baseline = *config.baseline;
  options.exclude = config.exclude;
  options.thread_roots = config.thread_roots;
  options.lock_models = lockModels(config.locks);
  if (!file.empty()) options.exclude_root = std::filesystem::path(file).parent_path().string();
  config.confidence = std::string(report::nameOf(options.least_confidence));
  config.fail_level = std::string(report::nameOf(options.fail_level));
  std::string globs;
  for (const std::string& glob : options.rules.globs())
    globs += (globs.empty() ? "" : ",") + glob;
  config.rules = globs;
  return config;
}

bool isExcluded(const Options& options, const std::string& file) {
  if (options.exclude.empty()) return false;
  const std::string shown = report::displayPath(file, options.exclude_root);
  return std::ranges::any_of(options.exclude, [&](const std::string& glob) {
    return report::matchesGlob(glob, shown) || (glob.ends_with('/') && shown.starts_with(glob));
  });
}

Narrowing narrow(const Options& options, const std::string& root, report::Report& report) {
  Narrowing result;
  if (options.baseline_use != BaselineUse::Apply) {
    writeBaselineOf(options, options.baseline.empty() ? root + "/" + kBaselineName : options.baseline, root,
                    report, result);
    return result;
  }
  if (!options.baseline.empty()) {
    OrRefusal<std::string> text = readFile(options.baseline);
    if (!text) {
      result.refusal = text.refusal();
      return result;
    }
    std::string problem;
    const report::Baseline baseline =
        report::readBaseline(*text, report::displayPath(options.baseline, root), problem);
    if (!problem.empty()) {
      result.refusal = {kExitUsage, problem};
      return result;
    }
    const Judge judge(options, root, report);
    for (const report::BaselineEntry& entry : report::applyBaseline(baseline, report))
      if (judge.couldFind(entry))
        result.told.push_back("in the baseline, but not found any more: " + entry.file + ": " +
                              entry.message + " [" + entry.rule + "] (racecourse baseline prune)");
    result.stale = !result.told.empty() && !options.keep_stale;
  }
  if (!options.diff_with.empty()) {
    OrRefusal<report::ChangedLines> changed = changedLines(options, root);
    if (!changed) {
      result.refusal = changed.refusal();
      return result;
    }
    report::keepChanged(*changed, report);
  }
  return result;
}

} // namespace racecourse::tool
