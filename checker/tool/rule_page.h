// The page of a rule, docs/rules/<id>.md, as a value. The pages are the only source of what a rule is called, says and
// promises: tables, `racecourse rules` and `racecourse explain` are made from them. They are compiled in
// (embed_rules.cmake); nothing here reads a file. Uses only the standard library, because the clang-tidy plugin needs it
// too.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace racecourse::tool {

struct EmbeddedPage {
  std::string_view id;
  std::string_view text;
};

/// In order of id. Generated; constant data.
std::span<const EmbeddedPage> embeddedPages();

struct RulePage {
  struct Section {
    std::string title; ///< without its `##`
    std::string text;  ///< markdown
  };
  std::string severity;               ///< of a finding of high confidence: "error", "warning", "note"
  std::string fix;                    ///< "safe", "suggested", "none"
  std::vector<std::string> documents; ///< "D2 3.3"
  std::string heading;                ///< of the page: its rule's id
  std::string sentence;               ///< what the rule says, on one line
  std::vector<Section> sections;
};

/// Whatever is missing in the text is empty in the page; a test holds the pages to their form.
RulePage parsePage(std::string_view text);

} // namespace racecourse::tool
