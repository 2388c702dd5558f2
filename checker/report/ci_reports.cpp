#include "checker/report/ci_reports.h"

#include "checker/report/fingerprint.h"
#include "checker/report/paths.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/MD5.h>
#include <llvm/Support/raw_ostream.h>

#include <map>

namespace racecourse::report {
namespace {

std::string clean(std::string_view text) {
  return llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
}

std::string sentence(const Report& report, std::string_view text) {
  return clean(withoutRoot(text, report.root));
}

std::string pathIn(const Report& report, const model::Place& place) {
  return clean(displayPath(pathOf(report.program, place), report.root));
}

std::string placeText(const Report& report, const model::Place& place) {
  return pathIn(report, place) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

/// The finding with its traces, as plain lines: for formats that have no place for several threads.
std::string wholeText(const Report& report, const analysis::Finding& finding) {
  std::string text = sentence(report, finding.message);
  for (const analysis::Trace& trace : finding.traces) {
    text += "\n" + sentence(report, trace.thread) + ":";
    for (const analysis::TraceStep& step : trace.steps) {
      text += "\n  " + placeText(report, step.place) + " " + sentence(report, step.message);
      std::string held;
      for (const std::string& lock : step.held)
        held += (held.empty() ? "" : ", ") + sentence(report, lock);
      text += held.empty() ? " (holding no lock)" : " (holding " + held + ")";
    }
  }
  for (const std::string& note : finding.notes)
    text += "\nnote: " + sentence(report, note);
  return text;
}

/// A workflow command is one line; a property also ends at a comma or colon.
std::string commandText(std::string_view text, bool property) {
  std::string result;
  for (const char c : text) {
    if (c == '%')
      result += "%25";
    else if (c == '\r')
      result += "%0D";
    else if (c == '\n')
      result += "%0A";
    else if (property && c == ':')
      result += "%3A";
    else if (property && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

std::string xml(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
    case '&': result += "&amp;"; break;
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '"': result += "&quot;"; break;
    case '\n':
    case '\t': result += c; break;
    default:
      // XML 1.0 has no way to write other control characters.
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

} // namespace

std::string githubReport(const Report& report) {
  std::string text;
  for (const analysis::Finding& finding : report.selection.findings) {
    const char* command = finding.severity == analysis::Severity::Error     ? "error"
                          : finding.severity == analysis::Severity::Warning ? "warning"
                                                                            : "notice";
    text += std::string("::") + command + " file=" + commandText(pathIn(report, finding.place), true);
    if (finding.place.line != 0) {
      text += ",line=" + std::to_string(finding.place.line) + ",col=" + std::to_string(finding.place.column);
    }
    text += ",title=" + commandText(clean(finding.rule), true) +
            "::" + commandText(wholeText(report, finding), false) + "\n";
  }
  for (const std::string& failure : report.coverage.failures)
    text += "::error title=not analysed::" + commandText(sentence(report, failure), false) + "\n";
  return text;
}

std::string gitlabReport(const Report& report) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, 2);
  json.array([&] {
    const std::vector<std::string> names = fingerprints(report.selection.findings, report.root);
    const auto issue = [&](const std::string& rule, const std::string& description, const std::string& name,
                           const char* severity, const std::string& path, std::int64_t line) {
      json.object([&] {
        json.attribute("type", "issue");
        json.attribute("check_name", rule);
        json.attribute("description", description);
        json.attribute("fingerprint", name);
        json.attribute("severity", severity);
        json.attributeArray("categories", [&] { json.value("Bug Risk"); });
        json.attributeObject("location", [&] {
          json.attribute("path", path);
          json.attributeObject("lines", [&] { json.attribute("begin", line); });
        });
      });
    };
    for (std::size_t i = 0; i < names.size(); ++i) {
      const analysis::Finding& finding = report.selection.findings[i];
      const char* severity = finding.severity == analysis::Severity::Error     ? "critical"
                             : finding.severity == analysis::Severity::Warning ? "major"
                                                                               : "minor";
      issue(clean(finding.rule), wholeText(report, finding), names[i], severity,
            pathIn(report, finding.place), std::max<std::int64_t>(finding.place.line, 1));
    }
    for (const std::string& failure : report.coverage.failures) {
      const std::string said = sentence(report, failure);
      llvm::MD5 hash;
      hash.update(said);
      llvm::MD5::MD5Result digest;
      hash.final(digest);
      issue("racecourse-not-analysed", "not analysed: " + said, std::string(digest.digest()), "major",
            said.substr(0, said.find(": ")), 1);
    }
  });
  out << '\n';
  return text;
}

std::string junitReport(const Report& report) {
  std::map<std::pair<std::string, std::string>, std::vector<const analysis::Finding*>> cases;
  for (const analysis::Finding& finding : report.selection.findings)
    cases[{pathIn(report, finding.place), clean(finding.rule)}].push_back(&finding);
  const std::size_t failed = cases.size();
  const std::size_t broken = report.coverage.failures.size();
  const std::size_t total = std::max<std::size_t>(failed + broken, 1);
  const std::string counts = " tests=\"" + std::to_string(total) + "\" failures=\"" + std::to_string(failed) +
                             "\" errors=\"" + std::to_string(broken) + "\"";
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"racecourse\"" + counts +
                     ">\n  <testsuite name=\"racecourse check\"" + counts + ">\n";
  for (const auto& [key, findings] : cases) {
    text += "    <testcase classname=\"" + xml(key.first) + "\" name=\"" + xml(key.second) + "\" file=\"" +
            xml(key.first) + "\" line=\"" + std::to_string(findings.front()->place.line) + "\">\n";
    text += "      <failure type=\"" + xml(key.second) + "\" message=\"" +
            xml(sentence(report, findings.front()->message)) + "\">";
    for (const analysis::Finding* finding : findings)
      text += xml(placeText(report, finding->place) + " " + wholeText(report, *finding)) + "\n";
    text += "</failure>\n    </testcase>\n";
  }
  for (const std::string& failure : report.coverage.failures) {
    const std::string said = xml(sentence(report, failure));
    text += "    <testcase classname=\"racecourse\" name=\"" + said +
            "\">\n      <error type=\"not-analysed\" message=\"" + said + "\"/>\n    </testcase>\n";
  }
  if (failed + broken == 0) text += "    <testcase classname=\"racecourse\" name=\"no findings\"/>\n";
  return text + "  </testsuite>\n</testsuites>\n";
}

} // namespace racecourse::report
