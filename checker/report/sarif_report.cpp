#include "checker/report/sarif_report.h"

#include "checker/report/fingerprint.h"
#include "checker/report/paths.h"
#include "checker/report/source_text.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace racecourse::report {
namespace {

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr const char* kRoot = "%SRCROOT%";
/// Code hosts refuse results with more steps than this.
constexpr std::size_t kMostSteps = 10'000;

std::string clean(std::string_view text) {
  return llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
}

/// RFC 3986: what is neither unreserved nor a slash is written as its bytes.
std::string uriOf(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~/+").find(c) != std::string_view::npos)
      uri += c;
    else
      (uri += '%') += {kHex[byte >> 4], kHex[byte & 15]};
  }
  return uri;
}

/// Brackets and backslashes mean something in the text of a message.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : clean(text)) {
    if (c == '\\' || c == '[' || c == ']') result += '\\';
    result += c;
  }
  return result;
}

bool startsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// UTF-16 code units in front of byte column `column` (from 1), plus one.
std::int64_t utf16Column(std::string_view line, std::size_t column) {
  std::int64_t units = 1;
  const std::size_t known = std::min(column - 1, line.size());
  for (std::size_t i = 0; i < known; ++i)
    if (startsCharacter(line[i])) units += static_cast<unsigned char>(line[i]) >= 0xF0 ? 2 : 1;
  return units + static_cast<std::int64_t>(column - 1 - known);
}

/// The byte column behind the word, or the single character, at `column`.
std::size_t endColumn(std::string_view line, std::size_t column) {
  const auto inWord = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  std::size_t end = column;
  while (end <= line.size() && inWord(line[end - 1]))
    ++end;
  return std::max(end, column + 1);
}

class Writer {
public:
  Writer(const Report& report, std::span<const RuleHelp> rules, SourceText& sources, llvm::raw_ostream& out)
      : report_(report), rules_(rules), sources_(sources), json_(out, /*IndentSize=*/2) {}

  void write() {
    json_.object([&] {
      json_.attribute("$schema", kSchema);
      json_.attribute("version", "2.1.0");
      json_.attributeArray("runs", [&] { json_.object([&] { writeRun(); }); });
    });
  }

private:
  std::string sentence(std::string_view text) const { return clean(withoutRoot(text, report_.root)); }

  void text(llvm::StringRef key, std::string value) {
    json_.attributeObject(key, [&] { json_.attribute("text", std::move(value)); });
  }

  void writeRun() {
    json_.attributeObject("tool", [&] { json_.attributeObject("driver", [&] { writeDriver(); }); });
    json_.attributeArray("invocations", [&] { json_.object([&] { writeInvocation(); }); });
    json_.attribute("columnKind", "utf16CodeUnits");
    json_.attributeObject("originalUriBaseIds", [&] {
      json_.attributeObject(kRoot, [&] { text("description", "the root of the checked project"); });
    });
    json_.attributeArray("results", [&] {
      // Those shown first: their fingerprints are then the ones of every other format.
      std::vector<analysis::Finding> all = report_.selection.findings;
      all.insert(all.end(), report_.selection.suppressed.begin(), report_.selection.suppressed.end());
      const std::vector<std::string> names = fingerprints(all, report_.root);
      for (std::size_t i = 0; i < all.size(); ++i) {
        const bool suppressed = i >= report_.selection.findings.size();
        json_.object([&] {
          writeResult(all[i], names[i], suppressed);
          if (i < report_.fixes.size() && !report_.fixes[i].empty()) writeFixes(report_.fixes[i]);
        });
      }
    });
  }

  void writeDriver() {
    json_.attribute("name", std::string(kToolName));
    json_.attribute("version", report_.version);
    json_.attribute("semanticVersion", report_.version);
    json_.attributeArray("rules", [&] {
      for (const RuleHelp& rule : rules_)
        json_.object([&] { writeRule(rule); });
    });
  }

  void writeRule(const RuleHelp& rule) {
    json_.attribute("id", clean(rule.id));
    text("shortDescription", clean(rule.sentence));
    text("fullDescription", clean(rule.sentence));
    json_.attributeObject("help", [&] {
      json_.attribute("text", clean(rule.sentence) + "\nracecourse explain " + clean(rule.id));
      json_.attribute("markdown", clean(rule.markdown));
    });
    json_.attributeObject("defaultConfiguration", [&] { json_.attribute("level", rule.severity); });
    json_.attributeObject("properties", [&] {
      json_.attributeArray("tags", [&] {
        json_.value("concurrency");
        json_.value(rule.id.starts_with("racestyle-") ? "practice" : "correctness");
      });
      json_.attribute("precision", rule.severity == "note" ? "medium" : "high");
      json_.attribute("problem.severity", rule.severity == "note" ? "recommendation" : rule.severity);
    });
  }

  /// What was not looked at must not look like a clean result.
  void writeInvocation() {
    json_.attribute("executionSuccessful", report_.coverage.failed_units == 0);
    json_.attributeArray("toolExecutionNotifications", [&] {
      const auto notify = [&](const std::string& said, const char* level) {
        json_.object([&] {
          json_.attribute("level", level);
          text("message", sentence(said));
        });
      };
      for (const std::string& failure : report_.coverage.failures)
        notify("not analysed: " + failure, "error");
      for (const std::string& note : report_.coverage.notes)
        notify(note, "note");
      if (report_.coverage.unresolved_calls > 0)
        notify(std::to_string(report_.coverage.unresolved_calls) +
                   " calls through pointers could not be resolved",
               "note");
    });
  }

  void writeArtifact(const std::string& path) {
    json_.attributeObject("artifactLocation", [&] {
      const std::string shown = displayPath(path, report_.root);
      const bool inside = !shown.starts_with('/');
      json_.attribute("uri", inside ? uriOf(shown) : "file://" + uriOf(shown));
      if (inside) json_.attribute("uriBaseId", kRoot);
    });
  }

  void writePhysical(const model::Place& place) {
    const std::string path(pathOf(report_.program, place));
    json_.attributeObject("physicalLocation", [&] {
      writeArtifact(path);
      if (place.line == 0) return;
      json_.attributeObject("region", [&] {
        const std::string_view line = sources_.line(path, place.line);
        const std::size_t column = std::max<std::size_t>(place.column, 1);
        json_.attribute("startLine", static_cast<std::int64_t>(place.line));
        json_.attribute("startColumn", utf16Column(line, column));
        json_.attribute("endLine", static_cast<std::int64_t>(place.line));
        json_.attribute("endColumn", utf16Column(line, endColumn(line, column)));
      });
    });
  }

  void writeResult(const analysis::Finding& finding, const std::string& fingerprint, bool suppressed) {
    json_.attribute("ruleId", clean(finding.rule));
    const auto rule = std::ranges::find(rules_, finding.rule, &RuleHelp::id);
    if (rule != rules_.end()) json_.attribute("ruleIndex", static_cast<std::int64_t>(rule - rules_.begin()));
    json_.attribute("level", std::string(nameOf(finding.severity)));
    text("message", messageOf(finding));
    json_.attributeArray("locations", [&] { json_.object([&] { writePhysical(finding.place); }); });
    json_.attributeArray("relatedLocations", [&] {
      std::int64_t id = 0;
      for (const analysis::Trace& trace : finding.traces) {
        if (trace.steps.empty()) continue;
        json_.object([&] {
          json_.attribute("id", ++id);
          writePhysical(trace.steps.back().place);
          text("message", escaped(sentence(trace.thread + ": " + trace.steps.back().message)));
        });
      }
    });
    writeFlows(finding);
    json_.attributeObject("partialFingerprints", [&] { json_.attribute("racecourse/v1", fingerprint); });
    if (suppressed) {
      json_.attributeArray("suppressions",
                           [&] { json_.object([&] { json_.attribute("kind", "inSource"); }); });
    }
    json_.attributeObject("properties", [&] {
      json_.attribute("confidence", std::string(nameOf(finding.confidence)));
      json_.attributeArray("notes", [&] {
        for (const std::string& note : finding.notes)
          json_.value(sentence(note));
      });
    });
  }

  void writeFixes(const std::vector<Fix>& fixes) {
    json_.attributeArray("fixes", [&] {
      for (const Fix& fix : fixes)
        json_.object([&] {
          text("description", escaped(sentence(fix.says + (fix.safe ? ""
                                                                    : " (look at it: it may change what "
                                                                      "the program does)"))));
          // One change per file, with its edits in their order.
          std::map<std::string, std::vector<const Edit*>> files;
          for (const Edit& edit : fix.edits)
            files[edit.file].push_back(&edit);
          json_.attributeArray("artifactChanges", [&] {
            for (const auto& [path, edits] : files)
              json_.object([&, path = path, edits = edits] { writeChange(path, edits); });
          });
        });
    });
  }

  void writeChange(const std::string& path, const std::vector<const Edit*>& edits) {
    writeArtifact(path);
    json_.attributeArray("replacements", [&] {
      for (const Edit* edit : edits) {
        json_.object([&] {
          json_.attributeObject("deletedRegion", [&] {
            const auto [line, column] = positionOf(path, *edit, edit->length_bytes);
            json_.attribute("startLine", static_cast<std::int64_t>(edit->line));
            json_.attribute("startColumn", utf16Column(sources_.line(path, edit->line), edit->column));
            json_.attribute("endLine", static_cast<std::int64_t>(line));
            json_.attribute("endColumn", utf16Column(sources_.line(path, line), column));
            json_.attribute("byteOffset", static_cast<std::int64_t>(edit->offset_bytes));
            json_.attribute("byteLength", static_cast<std::int64_t>(edit->length_bytes));
          });
          text("insertedContent", clean(edit->text));
        });
      }
    });
  }

  /// Line and byte column `forward_bytes` behind the start of the edit. A file that cannot be read has one line.
  std::pair<std::size_t, std::size_t> positionOf(const std::string& path, const Edit& edit,
                                                 std::size_t forward_bytes) {
    const std::vector<std::string_view>& lines = sources_.lines(path);
    if (edit.line == 0 || edit.line > lines.size()) return {edit.line, edit.column + forward_bytes};
    const char* const end = lines[edit.line - 1].data() + (edit.column - 1) + forward_bytes;
    std::size_t line = edit.line;
    while (line < lines.size() && lines[line].data() <= end)
      ++line;
    return {line, static_cast<std::size_t>(end - lines[line - 1].data()) + 1};
  }

  /// Viewers show related locations only where the message links to them.
  std::string messageOf(const analysis::Finding& finding) const {
    std::string message = escaped(sentence(finding.message));
    std::size_t id = 0;
    for (const analysis::Trace& trace : finding.traces) {
      if (trace.steps.empty()) continue;
      ++id;
      message += (id == 1 ? "\n" : "; ") + escaped(sentence(trace.thread)) + ": [" +
                 escaped(sentence(trace.steps.back().message)) + "](" + std::to_string(id) + ")";
    }
    return message;
  }

  void writeFlows(const analysis::Finding& finding) {
    if (finding.traces.empty()) return;
    json_.attributeArray("codeFlows", [&] {
      json_.object([&] {
        json_.attributeArray("threadFlows", [&] {
          std::size_t written = 0;
          std::map<std::string, unsigned> named;
          for (const analysis::Trace& trace : finding.traces) {
            if (trace.steps.empty()) continue;
            json_.object([&] {
              // Two threads may run the same function; an id is one thread's.
              std::string id = sentence(trace.thread);
              const unsigned ordinal = ++named[id];
              json_.attribute("id", ordinal == 1 ? id : id + " #" + std::to_string(ordinal));
              json_.attributeArray("locations", [&] {
                for (const analysis::TraceStep& step : trace.steps)
                  if (written++ < kMostSteps) json_.object([&] { writeStep(step); });
              });
            });
          }
        });
      });
    });
  }

  void writeStep(const analysis::TraceStep& step) {
    json_.attributeObject("location", [&] {
      writePhysical(step.place);
      std::string held = step.held.empty() ? "holding no lock" : "holding ";
      for (std::size_t i = 0; i < step.held.size(); ++i)
        held += (i == 0 ? "" : ", ") + step.held[i];
      text("message", escaped(sentence(step.message + " (" + held + ")")));
    });
    json_.attributeObject("state", [&] {
      for (const std::string& lock : step.held)
        json_.attributeObject(sentence(lock), [&] { json_.attribute("text", "held"); });
    });
  }

  const Report& report_;
  std::span<const RuleHelp> rules_;
  SourceText& sources_;
  llvm::json::OStream json_;
};

} // namespace

std::string sarifReport(const Report& report, std::span<const RuleHelp> rules, SourceText& sources) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Writer(report, rules, sources, out).write();
  out << '\n';
  return text;
}

} // namespace racecourse::report
