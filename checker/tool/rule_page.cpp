#include "checker/tool/rule_page.h"

namespace racecourse::tool {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

/// Takes the first line off `rest`.
std::string_view nextLine(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

/// "[D2 3.3, D3 best practice 5]" → its items.
std::vector<std::string> listItems(std::string_view list) {
  std::vector<std::string> items;
  list = trimmed(list);
  if (list.size() < 2 || list.front() != '[' || list.back() != ']') return items;
  list = list.substr(1, list.size() - 2);
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (const std::string_view item = trimmed(list.substr(0, comma)); !item.empty()) items.emplace_back(item);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return items;
}

void readFrontMatter(std::string_view& rest, RulePage& page) {
  std::string_view after = rest;
  if (trimmed(nextLine(after)) != "---") return;
  while (!after.empty()) {
    const std::string_view line = nextLine(after);
    if (trimmed(line) == "---") break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trimmed(line.substr(0, colon)), value = trimmed(line.substr(colon + 1));
    if (key == "severity") page.severity = value;
    if (key == "fix") page.fix = value;
    if (key == "documents") page.documents = listItems(value);
  }
  rest = after;
}

} // namespace

RulePage parsePage(std::string_view text) {
  RulePage page;
  readFrontMatter(text, page);
  bool in_code = false, sentence_done = false;
  while (!text.empty()) {
    const std::string_view line = nextLine(text);
    if (line.starts_with("```")) in_code = !in_code;
    if (!in_code && line.starts_with("## ")) {
      page.sections.push_back({std::string(trimmed(line.substr(3))), ""});
    } else if (!page.sections.empty()) {
      page.sections.back().text += std::string(line) + '\n';
    } else if (line.starts_with("# ")) {
      page.heading = trimmed(line.substr(2));
    } else if (!sentence_done) {
      // The first paragraph, however it is wrapped.
      const std::string_view words = trimmed(line);
      if (!words.empty())
        page.sentence += (page.sentence.empty() ? "" : " ") + std::string(words);
      else
        sentence_done = !page.sentence.empty();
    }
  }
  for (RulePage::Section& section : page.sections)
    section.text = std::string(trimmed(section.text));
  return page;
}

} // namespace racecourse::tool
