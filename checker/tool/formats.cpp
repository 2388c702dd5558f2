#include "checker/tool/formats.h"

#include "checker/report/ci_reports.h"
#include "checker/report/json_report.h"
#include "checker/report/sarif_report.h"
#include "checker/report/text_report.h"
#include "checker/report/yaml_fixes.h"
#include "checker/tool/rules.h"

#include <algorithm>
#include <array>
#include <utility>

namespace racecourse::tool {

namespace {

constexpr std::array<std::pair<std::string_view, Format>, 7> kNames{{{"text", Format::Text},
                                                                     {"json", Format::Json},
                                                                     {"sarif", Format::Sarif},
                                                                     {"github", Format::Github},
                                                                     {"gitlab", Format::Gitlab},
                                                                     {"junit", Format::Junit},
                                                                     {"yaml-fixes", Format::YamlFixes}}};

std::vector<report::RuleHelp> ruleHelp() {
  std::vector<report::RuleHelp> help;
  for (const Rule& rule : rules()) {
    report::RuleHelp entry{std::string(rule.id), std::string(rule.says), rule.page.severity, ""};
    for (const RulePage::Section& section : rule.page.sections)
      entry.markdown += "## " + section.title + "\n" + section.text + "\n";
    help.push_back(std::move(entry));
  }
  return help;
}

} // namespace

std::optional<Format> formatNamed(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name, &std::pair<std::string_view, Format>::first);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

std::string formatNames() {
  std::string names;
  for (const auto& [name, format] : kNames)
    names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

std::string writeReport(Format format, const report::Report& report, report::SourceText& sources,
                        const TextLook& look) {
  switch (format) {
  case Format::Text: break;
  case Format::Json: return report::jsonReport(report);
  case Format::Sarif: return report::sarifReport(report, ruleHelp(), sources);
  case Format::Github: return report::githubReport(report);
  case Format::Gitlab: return report::gitlabReport(report);
  case Format::Junit: return report::junitReport(report);
  case Format::YamlFixes: return report::yamlFixesReport(report, sources);
  }
  return report::textReport(report, sources, {.colour = look.colour, .verbose = look.verbose});
}

} // namespace racecourse::tool
