#include "checker/tool/diff_verb.h"

#include "checker/report/comparison.h"
#include "checker/tool/output.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

namespace racecourse::tool {

namespace {

OrRefusal<report::StoredReport> read(const std::string& file) {
  OrRefusal<std::string> text = readFile(file);
  if (!text) return text.refusal();
  std::string problem;
  report::StoredReport stored = report::readReport(*text, file, problem);
  if (!problem.empty()) return Refusal{kExitUsage, problem};
  return stored;
}

} // namespace

FinishVerb declareDiff(CLI::App& app, DiffOptions& options) {
  CLI::App& diff = *app.add_subcommand("diff", "compare two reports: what was introduced, fixed, and stayed");
  diff.footer("Exit status: 0 nothing introduced, 1 something introduced, 2 a file that is no report.\n"
              "Reports are made with: racecourse check --format json=FILE");
  diff.add_option("BEFORE", options.before, "the report to compare with")->required();
  diff.add_option("AFTER", options.after, "the report of the change")->required();
  diff.add_flag("--json", options.json, "as JSON, schema racecourse-diff/1");
  diff.add_flag("--exit-zero", options.exit_zero, "what was introduced does not change the exit status");
  return [](AfterDashes after_dashes) {
    return after_dashes ? std::string("`racecourse diff` takes nothing behind `--`.") : std::string();
  };
}

Refusal diff(const DiffOptions& options) {
  OrRefusal<report::StoredReport> before = read(options.before);
  if (!before) return before.refusal();
  OrRefusal<report::StoredReport> after = read(options.after);
  if (!after) return after.refusal();
  const report::Comparison comparison = report::compare(*before, *after);
  const std::string text = options.json ? report::comparisonJson(comparison, *before, *after)
                                        : report::comparisonText(comparison, *before, *after);
  if (std::string problem = writeAll(STDOUT_FILENO, text, "standard output"); !problem.empty())
    return {kExitInternal, problem};
  return {comparison.introduced.empty() || options.exit_zero ? kExitClean : kExitFindings, ""};
}

} // namespace racecourse::tool
