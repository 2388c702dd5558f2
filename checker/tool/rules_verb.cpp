#include "checker/tool/rules_verb.h"

#include "checker/analysis/rule_options.h"
#include "checker/tool/output.h"
#include "checker/tool/rules.h"

#include <CLI/CLI.hpp>
#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <unistd.h>

namespace racecourse::tool {
namespace {

std::vector<analysis::OptionInfo> optionsOf(const Rule& rule) {
  std::vector<analysis::OptionInfo> options;
  for (const analysis::OptionInfo& option : analysis::ruleOptions())
    if (option.name.starts_with(std::string(rule.id) + '.')) options.push_back(option);
  return options;
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items)
    text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string asText() {
  std::string text;
  for (const Rule& rule : rules()) {
    text += std::string(rule.id) + "\n  " + std::string(rule.says) + "\n  " + rule.page.severity +
            "; fix: " + rule.page.fix +
            (rule.page.documents.empty() ? "" : "; from " + joined(rule.page.documents)) + '\n';
    for (const analysis::OptionInfo& option : optionsOf(rule))
      text += "  option " + std::string(option.name) + ": " + std::string(option.says) + '\n';
  }
  return text + std::to_string(rules().size()) + " rules; racecourse explain RULE tells all about one\n";
}

std::string asJson() {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("schema", "racecourse-rules/1");
    json.attributeArray("rules", [&] {
      for (const Rule& rule : rules()) {
        json.object([&] {
          json.attribute("id", std::string(rule.id));
          json.attribute("sentence", std::string(rule.says));
          json.attribute("severity", rule.page.severity);
          json.attribute("fix", rule.page.fix);
          json.attributeArray("documents", [&] {
            for (const std::string& document : rule.page.documents)
              json.value(document);
          });
          json.attributeArray("options", [&] {
            for (const analysis::OptionInfo& option : optionsOf(rule)) {
              json.object([&] {
                json.attribute("name", std::string(option.name));
                json.attribute("says", std::string(option.says));
              });
            }
          });
        });
      }
    });
  });
  out << '\n';
  return text;
}

constexpr const char* kChoosing = R"(
## Choosing and setting them

`racecourse check --rules GLOBS` chooses for one run. Without it, `Checks` in the nearest `.clang-tidy` upwards from a file decides for
that file, by its items about these rules: `-racestyle-*` takes some away, `-*,racecourse-*` keeps only those that are named, and
a list that names none of them leaves the usual ones: all `racecourse-` rules, which are defects, and
`racestyle-suppression-hygiene`. The other `racestyle-` rules are practice and speak when they are named: `--rules '*'`, or
`racestyle-*` among the `Checks`. `CheckOptions` there sets their options; a program is analysed as a whole, so all its
files must agree. `WarningsAsErrors` is not read: `--fail-level` says what fails.

`fix: safe` means that `racecourse check --fix` applies it; `suggested` ones are shown, and applied by `--fix=suggested`.
)";

/// docs/rules/index.md, whole: a test compares.
std::string asMarkdown() {
  std::string text =
      "# The rules\n\n"
      "`racecourse-` rules are defects, `racestyle-` rules are practice. This table is made from the pages "
      "by\n"
      "`racecourse rules --format markdown`; `racecourse explain RULE` shows a page in the terminal.\n"
      "Which rule of which document each enforces, and where that can be seen, says\n"
      "[the rules of the documents](../document-rules.md).\n\n"
      "| rule | says | severity | fix | from |\n| --- | --- | --- | --- | --- |\n";
  for (const Rule& rule : rules())
    text += "| [" + std::string(rule.id) + "](" + std::string(rule.id) + ".md) | " + std::string(rule.says) +
            " | " + rule.page.severity + " | " + rule.page.fix + " | " + joined(rule.page.documents) + " |\n";
  return text + kChoosing;
}

} // namespace

FinishVerb declareRules(CLI::App& app, RulesOptions& options) {
  CLI::App& verb = *app.add_subcommand("rules", "list the rules");
  verb.add_option("--format", options.format, "text (default), json, or markdown (docs/rules/index.md)")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->type_name("FORMAT");
  return [](AfterDashes after_dashes) {
    return after_dashes ? std::string("rules takes nothing after --.") : std::string();
  };
}

Refusal listRules(const RulesOptions& options) {
  const std::string text = options.format == "json"       ? asJson()
                           : options.format == "markdown" ? asMarkdown()
                                                          : asText();
  const std::string problem = writeAll(STDOUT_FILENO, text, "standard output");
  return {problem.empty() ? kExitClean : kExitInternal, problem};
}

} // namespace racecourse::tool
