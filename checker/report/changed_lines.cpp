#include "checker/report/changed_lines.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace racecourse::report {

namespace {

/// "12,3" or "12" behind the sign of a hunk's head: first line and count.
std::optional<std::pair<std::uint32_t, std::uint32_t>> range(std::string_view text) {
  std::uint32_t first = 0, count = 1;
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, first);
  if (error != std::errc()) return std::nullopt;
  if (at != end && *at == ',') {
    auto [rest, bad] = std::from_chars(at + 1, end, count);
    if (bad != std::errc()) return std::nullopt;
  }
  return std::pair(first, count);
}

/// The path of a "+++ " line: without its "b/", its quotes and what stands behind a tab.
std::string newPath(std::string_view text) {
  text = text.substr(0, text.find('\t'));
  std::string path;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    // git quotes names with unusual bytes as C strings.
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 == text.size()) {
        path += text[i];
      } else if (text[i + 1] >= '0' && text[i + 1] <= '7' && i + 3 < text.size()) {
        path += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
        i += 3;
      } else {
        const char c = text[++i];
        path += c == 't' ? '\t' : c == 'n' ? '\n' : c;
      }
    }
  } else {
    path = std::string(text);
  }
  if (path == "/dev/null") return "";
  return path.starts_with("b/") ? path.substr(2) : path;
}

} // namespace

ChangedLines ChangedLines::parse(std::string_view diff, const std::string& folder, std::string& problem) {
  ChangedLines changed;
  problem.clear();
  std::string file;
  std::uint32_t line = 0, old_left = 0, new_left = 0; ///< inside a hunk: what is still to come of both sides
  const auto add = [&](std::uint32_t first, std::uint32_t last) {
    if (file.empty()) return;
    auto& ranges = changed.ranges_[file];
    if (!ranges.empty() && first <= ranges.back().second + 1)
      ranges.back().second = std::max(ranges.back().second, last);
    else
      ranges.emplace_back(first, last);
  };
  while (!diff.empty()) {
    const std::size_t end = diff.find('\n');
    std::string_view text = diff.substr(0, end);
    diff.remove_prefix(end == std::string_view::npos ? diff.size() : end + 1);
    if (old_left + new_left > 0 && !text.starts_with('\\')) {
      const char sign = text.empty() ? ' ' : text.front();
      if (sign == '+') {
        add(line, line);
        ++line;
        if (new_left > 0) --new_left;
      } else if (sign == '-') {
        add(line > 1 ? line - 1 : 1, line);
        if (old_left > 0) --old_left;
      } else {
        ++line;
        if (old_left > 0) --old_left;
        if (new_left > 0) --new_left;
      }
    } else if (text.starts_with("+++ ")) {
      const std::string path = newPath(text.substr(4));
      file = path.empty() || path.starts_with('/') ? path : folder + "/" + path;
    } else if (text.starts_with("@@ -")) {
      const std::size_t plus = text.find(" +");
      const std::size_t close = text.find(" @@", 3);
      const auto old_range = range(text.substr(4));
      const auto new_range =
          plus == std::string_view::npos ? std::nullopt : range(text.substr(plus + 2, close - plus - 2));
      if (!old_range || !new_range) {
        problem = "the diff has a hunk that cannot be read: " + std::string(text);
        return {};
      }
      old_left = old_range->second;
      new_left = new_range->second;
      // With no new lines git names the line before.
      line = new_range->first + (new_range->second == 0 ? 1 : 0);
    }
  }
  return changed;
}

bool ChangedLines::contains(std::string_view path, std::uint32_t line) const {
  const auto file = ranges_.find(path);
  return file != ranges_.end() && std::ranges::any_of(file->second, [&](const auto& range) {
           return range.first <= line && line <= range.second;
         });
}

void keepChanged(const ChangedLines& changed, Report& report) {
  const auto touched = [&](const model::Place& place) {
    return changed.contains(pathOf(report.program, place), place.line);
  };
  std::vector<analysis::Finding> kept;
  for (analysis::Finding& finding : report.selection.findings) {
    const model::Place* place = touched(finding.place) ? &finding.place : nullptr;
    for (const analysis::Trace& trace : finding.traces)
      for (const analysis::TraceStep& step : trace.steps)
        if (place == nullptr && touched(step.place)) place = &step.place;
    if (place == nullptr) {
      ++report.selection.unchanged_count;
      continue;
    }
    finding.place = model::Place(*place);
    kept.push_back(std::move(finding));
  }
  report.selection.findings = std::move(kept);
}

} // namespace racecourse::report
