#include "checker/report/hygiene.h"

#include "checker/report/rule_globs.h"
#include "checker/report/selection.h"
#include "checker/report/source_text.h"
#include "checker/report/suppressions.h"

#include <algorithm>
#include <map>

namespace racecourse::report {
namespace {

using analysis::Finding;

bool isOurs(std::string_view item) {
  return item.starts_with("racecourse-") || item.starts_with("racestyle-");
}

/// The items between the parentheses without blanks. Items that take away silence nothing by themselves.
std::vector<std::string> itemsOf(std::string_view list) {
  std::vector<std::string> items;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    const std::size_t from = item.find_first_not_of(" \t");
    if (from == std::string_view::npos || item[from] == '-') continue;
    items.emplace_back(item.substr(from, item.find_last_not_of(" \t") - from + 1));
  }
  return items;
}

/// Letters to change, add or leave out to get from one word to the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view item, const std::vector<std::string_view>& rules) {
  const auto best =
      std::ranges::min_element(rules, {}, [&](std::string_view rule) { return distance(item, rule); });
  if (best == rules.end() || distance(item, *best) > std::max<std::size_t>(3, item.size() / 4)) return "";
  return "; did you mean `" + std::string(*best) + "`?";
}

class FileJudge {
public:
  FileJudge(const model::Unit& program, model::FileId file, std::vector<const Finding*> findings,
            const HygieneQuestion& question)
      : program_(program), file_(file), findings_(std::move(findings)), question_(question) {}

  void judge(const Suppression& comment, std::vector<Finding>& out) const {
    if (!comment.rules || *comment.rules == "*") {
      for (const Finding* finding : findings_) {
        if (!covers(comment, *finding) || !question_.is_shown(*finding)) continue;
        out.push_back(make(comment, "bare",
                           "this comment silences every check, not only `" + finding->rule +
                               "`, which has something to say here: name the rule"));
        return;
      }
      return;
    }
    for (const std::string& item : itemsOf(*comment.rules)) {
      if (!isOurs(item) || matchesGlob(item, kSuppressionHygiene)) continue;
      const bool exists = std::ranges::any_of(question_.rules,
                                              [&](std::string_view rule) { return matchesGlob(item, rule); });
      if (!exists) {
        out.push_back(make(comment, item,
                           "`" + item + "` is no rule, so this comment silences nothing by it" +
                               nearest(item, question_.rules)));
      } else if (question_.complete && std::ranges::none_of(findings_, [&](const Finding* finding) {
                   return covers(comment, *finding) && matchesGlob(item, finding->rule);
                 })) {
        out.push_back(
            make(comment, item, "`" + item + "` has nothing to say here: the comment is not needed"));
      }
    }
  }

private:
  static bool covers(const Suppression& comment, const Finding& finding) {
    return finding.place.line >= comment.first_line && finding.place.line <= comment.last_line;
  }

  Finding make(const Suppression& comment, const std::string& what, std::string message) const {
    Finding finding;
    finding.rule = kSuppressionHygiene;
    finding.severity = analysis::Severity::Note;
    finding.confidence = analysis::Confidence::High;
    finding.place = {file_, static_cast<std::uint32_t>(comment.line),
                     static_cast<std::uint32_t>(comment.column)};
    finding.message = std::move(message);
    const std::string_view path = program_[file_].path;
    finding.identity = finding.rule + "|" + std::string(path.substr(path.rfind('/') + 1)) + "|" + what;
    return finding;
  }

  const model::Unit& program_;
  model::FileId file_;
  std::vector<const Finding*> findings_;
  const HygieneQuestion& question_;
};

} // namespace

std::vector<Finding> suppressionProblems(const model::Unit& program, std::span<const Finding> findings,
                                         const HygieneQuestion& question, SourceText& sources) {
  std::map<model::FileId, std::vector<const Finding*>> by_file;
  for (const Finding& finding : findings)
    by_file[finding.place.file].push_back(&finding);
  std::vector<Finding> problems;
  for (std::size_t i = 0; i < program.files.size(); ++i) {
    const model::FileId file{i};
    if (program.files[i].system) continue;
    const FileJudge judge(program, file, by_file[file], question);
    for (const Suppression& comment : suppressionsOf(sources.lines(program.files[i].path)))
      judge.judge(comment, problems);
  }
  return problems;
}

} // namespace racecourse::report
