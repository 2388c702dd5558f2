// Idea: one pass finds the NOLINT words of a line; a block is open on a line when a BEGIN above it (or on it)
// has its END on or below it. Blocks nest by their argument text: an END closes the innermost open BEGIN with
// the same text, and an END which closes nothing makes nothing better or worse. clang-tidy reads NOLINT
// anywhere on a line, also outside comments, and so does this.
#include "checker/report/suppressions.h"

#include "checker/report/rule_globs.h"

#include <algorithm>
#include <optional>
#include <string>

namespace racecourse::report {

const std::string_view kSuppressionHygiene = "racestyle-suppression-hygiene";

namespace {

enum class MarkKind { Line, NextLine, Begin, End };

struct Mark {
  MarkKind kind = MarkKind::Line;
  std::size_t column = 0;           ///< from 1
  std::optional<std::string> rules; ///< none: every rule

  bool silences(std::string_view rule) const {
    if (rule == kSuppressionHygiene && (!rules || *rules == "*")) return false;
    return !rules || RuleGlobs(*rules).contains(rule);
  }
};

bool isWordCharacter(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<Mark> marksOf(std::string_view line) {
  constexpr std::string_view kWord = "NOLINT";
  std::vector<Mark> marks;
  std::size_t from = 0;
  for (std::size_t at; (at = line.find(kWord, from)) != std::string_view::npos;) {
    std::size_t end = at + kWord.size();
    while (end < line.size() && isWordCharacter(line[end]))
      ++end;
    const std::string_view suffix = line.substr(at + kWord.size(), end - at - kWord.size());
    from = end;
    if (at > 0 && isWordCharacter(line[at - 1])) continue;
    Mark mark;
    mark.column = at + 1;
    if (suffix.empty())
      mark.kind = MarkKind::Line;
    else if (suffix == "NEXTLINE")
      mark.kind = MarkKind::NextLine;
    else if (suffix == "BEGIN")
      mark.kind = MarkKind::Begin;
    else if (suffix == "END")
      mark.kind = MarkKind::End;
    else
      continue;
    if (end < line.size() && line[end] == '(') {
      const std::size_t close = line.find(')', end);
      // An unclosed parenthesis is text after a bare NOLINT.
      if (close != std::string_view::npos) {
        mark.rules = std::string(line.substr(end + 1, close - end - 1));
        from = close + 1;
      }
    }
    marks.push_back(std::move(mark));
  }
  return marks;
}

bool insideBlock(const std::vector<std::string_view>& lines, std::size_t number, std::string_view rule) {
  struct Open {
    std::optional<std::string> rules;
    bool covers; ///< it began on or before the line asked about
  };
  std::vector<Open> open;
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (lines[index].find("NOLINT") == std::string_view::npos) continue;
    for (const Mark& mark : marksOf(lines[index])) {
      if (mark.kind == MarkKind::Begin) open.push_back({mark.rules, index + 1 <= number});
      if (mark.kind != MarkKind::End) continue;
      for (auto begin = open.rbegin(); begin != open.rend(); ++begin) {
        if (begin->rules != mark.rules) continue;
        if (begin->covers && index + 1 >= number && mark.silences(rule)) return true;
        open.erase(std::next(begin).base());
        break;
      }
    }
  }
  return false;
}

} // namespace

std::vector<Suppression> suppressionsOf(const std::vector<std::string_view>& lines) {
  std::vector<Suppression> all;
  std::vector<std::size_t> open; ///< BEGINs without their END so far, into all
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (lines[index].find("NOLINT") == std::string_view::npos) continue;
    const std::size_t line = index + 1;
    for (Mark& mark : marksOf(lines[index])) {
      if (mark.kind == MarkKind::End) {
        const auto begin = std::find_if(open.rbegin(), open.rend(),
                                        [&](std::size_t each) { return all[each].rules == mark.rules; });
        if (begin == open.rend()) continue;
        all[*begin].first_line = all[*begin].line;
        all[*begin].last_line = line;
        open.erase(std::next(begin).base());
        continue;
      }
      Suppression comment{line, mark.column, line, line, std::move(mark.rules)};
      if (mark.kind == MarkKind::NextLine) comment.first_line = comment.last_line = line + 1;
      if (mark.kind == MarkKind::Begin) {
        comment.last_line = line - 1;
        open.push_back(all.size());
      }
      all.push_back(std::move(comment));
    }
  }
  return all;
}

bool isSuppressed(const std::vector<std::string_view>& lines, std::size_t number, std::string_view rule) {
  if (number == 0 || number > lines.size()) return false;
  for (const Mark& mark : marksOf(lines[number - 1]))
    if (mark.kind == MarkKind::Line && mark.silences(rule)) return true;
  if (number > 1)
    for (const Mark& mark : marksOf(lines[number - 2]))
      if (mark.kind == MarkKind::NextLine && mark.silences(rule)) return true;
  return insideBlock(lines, number, rule);
}

} // namespace racecourse::report
