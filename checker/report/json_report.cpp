#include "checker/report/json_report.h"

#include "checker/report/fingerprint.h"
#include "checker/report/paths.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <map>

namespace racecourse::report {
namespace {

std::string clean(std::string_view text) {
  return llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
}

class Writer {
public:
  Writer(const Report& report, llvm::raw_ostream& out) : report_(report), json_(out, /*IndentSize=*/2) {}

  void write() {
    json_.object([&] {
      json_.attribute("schema", "racecourse-report/1");
      json_.attributeObject("tool", [&] {
        json_.attribute("name", std::string(kToolName));
        json_.attribute("version", report_.version);
      });
      json_.attributeArray("findings", [&] {
        const auto names = fingerprints(report_.selection.findings, report_.root);
        for (std::size_t i = 0; i < names.size(); ++i)
          writeFinding(i, names[i]);
      });
      json_.attributeObject("coverage", [&] { writeCoverage(); });
      json_.attributeObject("summary", [&] { writeSummary(); });
    });
  }

private:
  std::string sentence(std::string_view text) const { return clean(withoutRoot(text, report_.root)); }

  void writePlace(const model::Place& place) {
    json_.attribute("file", clean(displayPath(pathOf(report_.program, place), report_.root)));
    json_.attribute("line", place.line);
    json_.attribute("column", place.column);
  }

  void writeStrings(llvm::StringRef key, const std::vector<std::string>& texts) {
    json_.attributeArray(key, [&] {
      for (const std::string& text : texts)
        json_.value(sentence(text));
    });
  }

  void writeFix(const Fix& fix) {
    json_.object([&] {
      json_.attribute("applicability", fix.safe ? "safe" : "suggested");
      json_.attribute("message", sentence(fix.says));
      json_.attributeArray("edits", [&] {
        for (const Edit& edit : fix.edits) {
          json_.object([&] {
            json_.attribute("file", clean(displayPath(edit.file, report_.root)));
            json_.attribute("line", edit.line);
            json_.attribute("column", edit.column);
            json_.attribute("offset", edit.offset_bytes);
            json_.attribute("length", edit.length_bytes);
            json_.attribute("text", clean(edit.text));
          });
        }
      });
    });
  }

  void writeFinding(std::size_t index, const std::string& fingerprint) {
    const analysis::Finding& finding = report_.selection.findings[index];
    json_.object([&] {
      json_.attribute("rule", clean(finding.rule));
      json_.attribute("confidence", std::string(nameOf(finding.confidence)));
      json_.attribute("severity", std::string(nameOf(finding.severity)));
      writePlace(finding.place);
      json_.attribute("message", sentence(finding.message));
      json_.attribute("fingerprint", fingerprint);
      json_.attributeArray("traces", [&] {
        for (const analysis::Trace& trace : finding.traces) {
          json_.object([&] {
            json_.attribute("thread", sentence(trace.thread));
            json_.attributeArray("steps", [&] {
              for (const analysis::TraceStep& step : trace.steps) {
                json_.object([&] {
                  writePlace(step.place);
                  json_.attribute("message", sentence(step.message));
                  writeStrings("held", step.held);
                });
              }
            });
          });
        }
      });
      writeStrings("notes", finding.notes);
      json_.attributeArray("fixes", [&] {
        if (index >= report_.fixes.size()) return;
        for (const Fix& fix : report_.fixes[index])
          writeFix(fix);
      });
    });
  }

  void writeCoverage() {
    const analysis::Coverage& coverage = report_.coverage;
    const std::pair<const char*, std::size_t> counts[] = {{"units", coverage.units},
                                                          {"failed_units", coverage.failed_units},
                                                          {"functions", coverage.functions},
                                                          {"threads", coverage.threads},
                                                          {"locks", coverage.locks},
                                                          {"lines", coverage.lines},
                                                          {"unresolved_calls", coverage.unresolved_calls}};
    for (const auto& [name, count] : counts)
      json_.attribute(name, static_cast<std::int64_t>(count));
    writeStrings("failures", coverage.failures);
    writeStrings("notes", coverage.notes);
  }

  void writeSummary() {
    std::map<std::string, std::int64_t> by_rule, by_severity, by_confidence;
    for (const analysis::Finding& finding : report_.selection.findings) {
      ++by_rule[clean(finding.rule)];
      ++by_severity[std::string(nameOf(finding.severity))];
      ++by_confidence[std::string(nameOf(finding.confidence))];
    }
    json_.attribute("findings", static_cast<std::int64_t>(report_.selection.findings.size()));
    json_.attribute("suppressed", static_cast<std::int64_t>(report_.selection.suppressed.size()));
    json_.attribute("below_confidence", static_cast<std::int64_t>(report_.selection.below_confidence_count));
    json_.attribute("baselined", static_cast<std::int64_t>(report_.selection.baselined_count));
    json_.attribute("unchanged", static_cast<std::int64_t>(report_.selection.unchanged_count));
    const std::pair<const char*, const std::map<std::string, std::int64_t>*> groups[] = {
        {"by_rule", &by_rule}, {"by_severity", &by_severity}, {"by_confidence", &by_confidence}};
    for (const auto& [name, counts] : groups) {
      json_.attributeObject(name, [&, counts = counts] {
        for (const auto& [key, count] : *counts)
          json_.attribute(key, count);
      });
    }
  }

  const Report& report_;
  llvm::json::OStream json_;
};

} // namespace

std::string jsonReport(const Report& report) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Writer(report, out).write();
  out << '\n';
  return text;
}

} // namespace racecourse::report
