#include "checker/report/baseline.h"

#include "checker/report/fingerprint.h"
#include "checker/report/paths.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <map>

namespace racecourse::report {

namespace {

constexpr const char* kSchema = "racecourse-baseline/1";

std::string clean(std::string_view text) {
  return llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
}

} // namespace

Baseline baselineOf(const Report& report) {
  Baseline baseline;
  const std::vector<std::string> names = fingerprints(report.selection.findings, report.root);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const analysis::Finding& finding = report.selection.findings[i];
    baseline.entries.push_back({clean(finding.rule),
                                clean(displayPath(pathOf(report.program, finding.place), report.root)),
                                names[i], clean(withoutRoot(finding.message, report.root)),
                                std::string(nameOf(finding.confidence))});
  }
  std::sort(baseline.entries.begin(), baseline.entries.end());
  return baseline;
}

std::string writeBaseline(const Baseline& baseline) {
  std::string text = std::string("{\"schema\": \"") + kSchema + "\", \"findings\": [";
  bool first = true;
  for (const BaselineEntry& entry : baseline.entries) {
    text += first ? "\n" : ",\n";
    first = false;
    llvm::raw_string_ostream out(text);
    llvm::json::OStream json(out);
    json.object([&] {
      json.attribute("rule", entry.rule);
      json.attribute("file", entry.file);
      json.attribute("fingerprint", entry.fingerprint);
      json.attribute("confidence", entry.confidence);
      json.attribute("message", entry.message);
    });
  }
  return text + (first ? "]}\n" : "\n]}\n");
}

Baseline readBaseline(std::string_view text, const std::string& name, std::string& problem) {
  Baseline baseline;
  problem.clear();
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(llvm::StringRef(text.data(), text.size()));
  if (!parsed) {
    problem = name + " is not JSON: " + llvm::toString(parsed.takeError());
    return baseline;
  }
  const llvm::json::Object* top = parsed->getAsObject();
  const auto schema = top != nullptr ? top->getString("schema") : std::nullopt;
  const llvm::json::Array* findings = top != nullptr ? top->getArray("findings") : nullptr;
  if (!schema || *schema != kSchema || findings == nullptr) {
    problem = name + " is no baseline (its schema is not " + kSchema + ").";
    return baseline;
  }
  for (const llvm::json::Value& value : *findings) {
    const llvm::json::Object* object = value.getAsObject();
    const auto text_of = [&](const char* key) {
      const auto found = object != nullptr ? object->getString(key) : std::nullopt;
      return found ? found->str() : std::string();
    };
    BaselineEntry entry{text_of("rule"), text_of("file"), text_of("fingerprint"), text_of("message"),
                        text_of("confidence")};
    if (entry.rule.empty() || entry.fingerprint.empty()) {
      problem =
          name + ": entry " + std::to_string(baseline.entries.size() + 1) + " has no rule or no fingerprint.";
      return {};
    }
    baseline.entries.push_back(std::move(entry));
  }
  std::sort(baseline.entries.begin(), baseline.entries.end());
  return baseline;
}

std::vector<BaselineEntry> applyBaseline(const Baseline& baseline, Report& report) {
  std::map<std::string_view, bool> met;
  for (const BaselineEntry& entry : baseline.entries)
    met[entry.fingerprint] = false;
  const std::vector<std::string> names = fingerprints(report.selection.findings, report.root);
  std::vector<analysis::Finding> fresh;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto known = met.find(names[i]);
    if (known == met.end()) {
      fresh.push_back(std::move(report.selection.findings[i]));
    } else {
      known->second = true;
      ++report.selection.baselined_count;
    }
  }
  report.selection.findings = std::move(fresh);
  std::vector<BaselineEntry> stale;
  if (report.coverage.failed_units > 0) return stale;
  for (const BaselineEntry& entry : baseline.entries)
    if (!met[entry.fingerprint]) stale.push_back(entry);
  return stale;
}

} // namespace racecourse::report
