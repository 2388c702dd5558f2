#include "checker/report/comparison.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <set>

namespace racecourse::report {

namespace {

constexpr const char* kReportSchema = "racecourse-report/1";

std::string place(const StoredFinding& finding) {
  return finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column);
}

/// A report that did not see everything cannot say that something is gone.
std::string doubt(const StoredReport& report, const char* which) {
  if (report.failed_units == 0) return "";
  return std::string("the ") + which + " report did not analyse " + std::to_string(report.failed_units) +
         (report.failed_units == 1 ? " unit" : " units") + ": what lies there is not compared";
}

} // namespace

StoredReport readReport(std::string_view text, const std::string& name, std::string& problem) {
  StoredReport report;
  problem.clear();
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(llvm::StringRef(text.data(), text.size()));
  if (!parsed) {
    problem = name + " is not JSON: " + llvm::toString(parsed.takeError());
    return report;
  }
  const llvm::json::Object* top = parsed->getAsObject();
  const auto schema = top != nullptr ? top->getString("schema") : std::nullopt;
  const llvm::json::Array* findings = top != nullptr ? top->getArray("findings") : nullptr;
  if (!schema || *schema != kReportSchema || findings == nullptr) {
    problem =
        name + " is no report of racecourse check --format json (its schema is not " + kReportSchema + ").";
    return report;
  }
  if (const llvm::json::Object* coverage = top->getObject("coverage"))
    report.failed_units = coverage->getInteger("failed_units").value_or(0);
  for (const llvm::json::Value& value : *findings) {
    const llvm::json::Object* object = value.getAsObject();
    const auto text_of = [&](const char* key) {
      const auto found = object != nullptr ? object->getString(key) : std::nullopt;
      return found ? found->str() : std::string();
    };
    StoredFinding finding{text_of("rule"), text_of("severity"), text_of("confidence"),
                          text_of("file"), text_of("message"),  text_of("fingerprint")};
    if (finding.fingerprint.empty()) {
      problem = name + ": finding " + std::to_string(report.findings.size() + 1) + " has no fingerprint.";
      return {};
    }
    finding.line = object->getInteger("line").value_or(0);
    finding.column = object->getInteger("column").value_or(0);
    report.findings.push_back(std::move(finding));
  }
  return report;
}

Comparison compare(const StoredReport& before, const StoredReport& after) {
  std::set<std::string_view> old_names, new_names;
  for (const StoredFinding& finding : before.findings)
    old_names.insert(finding.fingerprint);
  for (const StoredFinding& finding : after.findings)
    new_names.insert(finding.fingerprint);
  Comparison comparison;
  for (const StoredFinding& finding : after.findings)
    (old_names.contains(finding.fingerprint) ? comparison.same : comparison.introduced).push_back(finding);
  for (const StoredFinding& finding : before.findings)
    if (!new_names.contains(finding.fingerprint)) comparison.fixed.push_back(finding);
  return comparison;
}

std::string comparisonText(const Comparison& comparison, const StoredReport& before,
                           const StoredReport& after) {
  std::string text;
  const auto list = [&](const char* head, const std::vector<StoredFinding>& findings) {
    for (const StoredFinding& finding : findings)
      text += std::string(head) + " " + place(finding) + ": " + finding.severity + ": " + finding.message +
              " [" + finding.rule + "]\n";
  };
  list("introduced", comparison.introduced);
  list("fixed", comparison.fixed);
  for (const std::string& sentence : {doubt(before, "first"), doubt(after, "second")})
    if (!sentence.empty()) text += "note: " + sentence + "\n";
  return text + std::to_string(comparison.introduced.size()) + " introduced, " +
         std::to_string(comparison.fixed.size()) + " fixed, " + std::to_string(comparison.same.size()) +
         " the same\n";
}

std::string comparisonJson(const Comparison& comparison, const StoredReport& before,
                           const StoredReport& after) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, 2);
  json.object([&] {
    json.attribute("schema", "racecourse-diff/1");
    const std::pair<const char*, const std::vector<StoredFinding>*> lists[] = {
        {"introduced", &comparison.introduced}, {"fixed", &comparison.fixed}, {"same", &comparison.same}};
    for (const auto& [key, findings] : lists) {
      json.attributeArray(key, [&, findings = findings] {
        for (const StoredFinding& finding : *findings) {
          json.object([&] {
            json.attribute("rule", finding.rule);
            json.attribute("severity", finding.severity);
            json.attribute("confidence", finding.confidence);
            json.attribute("file", finding.file);
            json.attribute("line", finding.line);
            json.attribute("column", finding.column);
            json.attribute("message", finding.message);
            json.attribute("fingerprint", finding.fingerprint);
          });
        }
      });
    }
    json.attributeArray("notes", [&] {
      for (const std::string& sentence : {doubt(before, "first"), doubt(after, "second")})
        if (!sentence.empty()) json.value(sentence);
    });
  });
  out << '\n';
  return text;
}

} // namespace racecourse::report
