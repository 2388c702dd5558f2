#include "checker/report/text_report.h"

#include "checker/report/paths.h"
#include "checker/report/source_text.h"

#include <algorithm>
#include <set>

namespace racecourse::report {

std::string_view nameOf(analysis::Severity severity) {
  switch (severity) {
  case analysis::Severity::Error: return "error";
  case analysis::Severity::Warning: return "warning";
  case analysis::Severity::Note: return "note";
  }
  return "";
}

std::string_view nameOf(analysis::Confidence confidence) {
  switch (confidence) {
  case analysis::Confidence::High: return "high";
  case analysis::Confidence::Medium: return "medium";
  case analysis::Confidence::Low: return "low";
  }
  return "";
}

namespace {

/// A quoted line longer than this is cut around the column: minified or generated code must not flood the
/// terminal.
constexpr std::size_t kWidestQuote_columns = 160;

std::string count(std::size_t n, std::string_view one, std::string_view many) {
  return std::to_string(n) + ' ' + std::string(n == 1 ? one : many);
}

bool continuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

class Writer {
public:
  Writer(const Report& report, SourceText& sources, const TextStyle& style)
      : report_(report), sources_(sources), style_(style) {}

  std::string write() {
    const auto& findings = report_.selection.findings;
    for (std::size_t i = 0; i < findings.size(); ++i) {
      writeFinding(findings[i]);
      if (i < report_.fixes.size())
        for (const Fix& fix : report_.fixes[i])
          text_ += "  " + paint(kGreen, "fix:") + ' ' + plain(fix.says) +
                   (fix.safe ? " (--fix)" : " (a suggestion: --fix=suggested)") + '\n';
      text_ += '\n';
    }
    writeCoverage();
    text_ += paint(kBold, summaryLine(report_)) + '\n';
    writeWhereToRead();
    return std::move(text_);
  }

private:
  static constexpr const char* kBold = "\x1b[1m";
  static constexpr const char* kRed = "\x1b[1;31m";
  static constexpr const char* kMagenta = "\x1b[1;35m";
  static constexpr const char* kCyan = "\x1b[36m";
  static constexpr const char* kGreen = "\x1b[1;32m";

  std::string paint(const char* colour, std::string text) const {
    return style_.colour ? colour + text + "\x1b[0m" : text;
  }

  /// Text from the program, made harmless for terminals and line-based readers.
  std::string plain(std::string_view text) const {
    std::string result = withoutRoot(text, report_.root);
    for (char& c : result)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return result;
  }

  std::string at(const model::Place& place) const {
    std::string path = plain(displayPath(pathOf(report_.program, place), report_.root));
    if (path.empty()) path = "<unknown place>";
    if (place.line == 0) return path + ":";
    return path + ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + ':';
  }

  void writeFinding(const analysis::Finding& finding) {
    const char* colour = finding.severity == analysis::Severity::Error     ? kRed
                         : finding.severity == analysis::Severity::Warning ? kMagenta
                                                                           : kCyan;
    text_ += paint(kBold, at(finding.place)) + ' ' +
             paint(colour, std::string(nameOf(finding.severity)) + ':') + ' ' +
             paint(kBold, plain(finding.message)) + " [" + plain(finding.rule) + "]\n";
    writeQuote(finding.place);
    for (const analysis::Trace& trace : finding.traces) {
      text_ += "  " + plain(trace.thread) + ":\n";
      for (const analysis::TraceStep& step : trace.steps) {
        text_ += "    " + at(step.place) + ' ' + paint(kCyan, "note:") + ' ' + plain(step.message) + ' ' +
                 heldAt(step) + '\n';
      }
    }
    for (const std::string& note : finding.notes)
      text_ += "  " + paint(kCyan, "note:") + ' ' + plain(note) + '\n';
    text_ += "  " + paint(kCyan, "note:") + " confidence: " + std::string(nameOf(finding.confidence)) + '\n';
  }

  std::string heldAt(const analysis::TraceStep& step) const {
    if (step.held.empty()) return "(holding no lock)";
    std::string locks;
    for (const std::string& lock : step.held)
      locks += (locks.empty() ? "" : ", ") + plain(lock);
    return "(holding " + locks + ')';
  }

  void writeWhereToRead() {
    std::set<std::string_view> rules;
    for (const analysis::Finding& finding : report_.selection.findings)
      rules.insert(finding.rule);
    for (const std::string_view rule : rules)
      text_ += (rule == *rules.begin() ? "more: racecourse explain " : "      racecourse explain ") +
               plain(rule) + '\n';
  }

  void writeQuote(const model::Place& place) {
    std::string_view line = sources_.line(std::string(pathOf(report_.program, place)), place.line);
    if (line.empty()) return;
    // Columns count bytes from 1; a column past the end (the file changed since) marks the end.
    std::size_t marked = std::min<std::size_t>(place.column == 0 ? 0 : place.column - 1, line.size());
    bool cut_before = false;
    if (line.size() > kWidestQuote_columns) {
      std::size_t from = marked > kWidestQuote_columns / 2 ? marked - kWidestQuote_columns / 2 : 0;
      while (from > 0 && continuesCharacter(line[from]))
        --from;
      cut_before = from > 0;
      line = line.substr(from, kWidestQuote_columns);
      while (!line.empty() && continuesCharacter(line.back()))
        line.remove_suffix(1);
      if (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0) == 0xC0) line.remove_suffix(1);
      marked -= from;
    }
    std::string number = std::to_string(place.line);
    number.insert(0, number.size() < 5 ? 5 - number.size() : 0, ' ');
    const std::string gap(number.size(), ' ');
    const std::string start = cut_before ? "..." : "";
    std::string caret;
    for (std::size_t i = 0; i < marked && i < line.size(); ++i)
      if (!continuesCharacter(line[i])) caret += ' ';
    std::string shown(line);
    for (char& c : shown)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    text_ += number + " | " + start + shown + '\n';
    text_ += gap + " | " + std::string(start.size(), ' ') + caret + paint(kGreen, "^") + '\n';
  }

  void writeCoverage() {
    const analysis::Coverage& coverage = report_.coverage;
    std::vector<std::string> lines;
    for (const std::string& failure : coverage.failures)
      lines.push_back(plain(failure));
    if (coverage.unresolved_calls > 0)
      lines.push_back(count(coverage.unresolved_calls, "call", "calls") +
                      " through pointers that could not be resolved");
    if (style_.verbose)
      for (const std::string& note : coverage.notes)
        lines.push_back(plain(note));
    else if (!coverage.notes.empty())
      lines.push_back(count(coverage.notes.size(), "limit was", "limits were") + " met (-v lists them)");
    if (!lines.empty()) {
      text_ += "not checked:\n";
      for (const std::string& line : lines)
        text_ += "  " + line + '\n';
    }
    if (report_.selection.suppressed.size() > 0)
      text_ += count(report_.selection.suppressed.size(), "finding", "findings") + " silenced by NOLINT\n";
    if (report_.selection.baselined_count > 0)
      text_ += count(report_.selection.baselined_count, "finding", "findings") + " known to the baseline\n";
    if (report_.selection.unchanged_count > 0)
      text_ += count(report_.selection.unchanged_count, "finding", "findings") +
               " outside the change not shown (--diff)\n";
    if (report_.selection.below_confidence_count > 0)
      text_ += count(report_.selection.below_confidence_count, "finding", "findings") +
               " of lower confidence not shown (--confidence)\n";
  }

  const Report& report_;
  SourceText& sources_;
  const TextStyle& style_;
  std::string text_;
};

} // namespace

std::string summaryLine(const Report& report) {
  const analysis::Coverage& coverage = report.coverage;
  std::string line = count(coverage.units, "unit", "units") + ", " +
                     count(coverage.functions, "function", "functions") + ", " +
                     count(coverage.locks, "lock", "locks") + ", " +
                     count(report.selection.findings.size(), "finding", "findings");
  if (coverage.failed_units > 0) line += ", " + count(coverage.failed_units, "unit", "units") + " failed";
  return line;
}

std::string textReport(const Report& report, SourceText& sources, const TextStyle& style) {
  return Writer(report, sources, style).write();
}

} // namespace racecourse::report
