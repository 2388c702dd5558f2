#include "checker/tool/explain_verb.h"

#include "checker/analysis/rule_options.h"
#include "checker/tool/output.h"

#include <CLI/CLI.hpp>
#include <llvm/ADT/StringRef.h>

#include <algorithm>
#include <limits>
#include <sys/ioctl.h>
#include <unistd.h>

namespace racecourse::tool {
namespace {

constexpr const char* kBold = "\x1b[1m";
constexpr const char* kCode = "\x1b[36m";
constexpr const char* kPlain = "\x1b[0m";

/// Lines longer than this are hard to read, however wide the terminal is.
constexpr unsigned kWidestText_columns = 100;
constexpr unsigned kNarrowestText_columns = 40;

/// Markdown in, terminal text out; knows what the pages use: paragraphs, lists, programs, `code`, **bold** and links.
class Renderer {
public:
  Renderer(unsigned width_columns, bool colour) : width_columns_(width_columns), colour_(colour) {}

  void heading(std::string_view text) { out_ += painted(kBold, text) + '\n'; }

  void markdown(llvm::StringRef text) {
    bool in_program = false;
    std::string paragraph;
    const auto flush = [&] {
      if (!paragraph.empty()) wrap(paragraph);
      paragraph.clear();
    };
    while (!text.empty()) {
      auto [line, rest] = text.split('\n');
      text = rest;
      if (line.starts_with("```")) {
        flush();
        in_program = !in_program;
      } else if (in_program) {
        out_ += line.empty() ? "\n" : painted(kCode, "    " + line.str()) + '\n';
      } else if (line.trim().empty()) {
        flush();
        out_ += '\n';
      } else if (line.starts_with("- ") || line.starts_with("|")) {
        flush();
        paragraph = line.str();
      } else {
        paragraph += (paragraph.empty() ? "" : " ") + line.trim().str();
      }
    }
    flush();
  }

  void line(std::string_view text) { wrap(std::string(text)); }
  void gap() { out_ += '\n'; }
  std::string take() { return std::move(out_); }

private:
  std::string painted(const char* colour, std::string_view text) const {
    return colour_ ? colour + std::string(text) + kPlain : std::string(text);
  }

  /// `code`, **bold**, [text](address) → words for a terminal. Blanks inside of code do not break.
  std::string inlineMarkup(llvm::StringRef text) const {
    std::string result;
    while (!text.empty()) {
      const char opening = text.front();
      if (text.starts_with("**")) {
        const std::size_t end = text.find("**", 2);
        if (end != llvm::StringRef::npos) {
          result += painted(kBold, text.slice(2, end));
          text = text.drop_front(end + 2);
          continue;
        }
      } else if (opening == '`') {
        const std::size_t end = text.find('`', 1);
        if (end != llvm::StringRef::npos) {
          // A terminal without colour still shows what is code.
          result += colour_ ? painted(kCode, text.slice(1, end)) : '`' + text.slice(1, end).str() + '`';
          text = text.drop_front(end + 1);
          continue;
        }
      } else if (opening == '[') {
        const std::size_t middle = text.find("](");
        const std::size_t end = text.find(')', middle);
        if (middle != llvm::StringRef::npos && end != llvm::StringRef::npos) {
          result += inlineMarkup(text.slice(1, middle));
          text = text.drop_front(end + 1);
          continue;
        }
      }
      result += opening;
      text = text.drop_front();
    }
    return result;
  }

  static std::size_t visibleColumns(std::string_view word) {
    std::size_t columns = 0;
    bool in_escape = false;
    for (const char c : word) {
      if (c == '\x1b') in_escape = true;
      // One column per UTF-8 character is right for everything the pages use.
      if (!in_escape && (static_cast<unsigned char>(c) & 0xC0) != 0x80) ++columns;
      if (in_escape && c == 'm') in_escape = false;
    }
    return columns;
  }

  void wrap(const std::string& paragraph) {
    const std::string indent = llvm::StringRef(paragraph).starts_with("- ") ? "  " : "";
    const std::string marked = inlineMarkup(paragraph);
    std::size_t column = 0;
    llvm::StringRef rest(marked);
    while (!rest.empty()) {
      auto [word, after] = rest.split(' ');
      rest = after;
      if (word.empty()) continue;
      const std::size_t columns = visibleColumns(word);
      if (column > 0 && column + 1 + columns > width_columns_) {
        out_ += '\n' + indent;
        column = indent.size();
      } else if (column > 0) {
        out_ += ' ';
        ++column;
      }
      out_ += word;
      column += columns;
    }
    out_ += '\n';
  }

  unsigned width_columns_;
  bool colour_;
  std::string out_;
};

unsigned terminalWidth_columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<unsigned>(size.ws_col, kNarrowestText_columns, kWidestText_columns);
}

std::string nearestRule(llvm::StringRef name) {
  std::string_view nearest;
  unsigned least = std::numeric_limits<unsigned>::max();
  for (const Rule& rule : rules()) {
    const llvm::StringRef id(rule.id.data(), rule.id.size());
    // People leave the prefix away.
    const unsigned distance = std::min(name.edit_distance(id), name.edit_distance(id.split('-').second));
    if (distance >= least) continue;
    least = distance;
    nearest = rule.id;
  }
  return std::string(nearest);
}

} // namespace

OrRefusal<const Rule*> ruleMeant(const std::string& name) {
  std::vector<const Rule*> fitting;
  for (const Rule& rule : rules()) {
    if (rule.id == name || rule.id.substr(rule.id.find('-') + 1) == name) return &rule;
    if (rule.id.find(name) != std::string_view::npos) fitting.push_back(&rule);
  }
  if (fitting.size() == 1) return fitting.front();
  if (fitting.empty())
    return Refusal{kExitUsage, "there is no rule '" + name + "'; the nearest is " + nearestRule(name) +
                                   " (racecourse rules lists all)."};
  std::string sentence = "'" + name + "' fits several rules:";
  for (const Rule* rule : fitting)
    sentence += (rule == fitting.front() ? " " : ", ") + std::string(rule->id);
  return Refusal{kExitUsage, sentence + "."};
}

std::string renderRule(const Rule& rule, unsigned width_columns, bool colour) {
  Renderer renderer(width_columns, colour);
  renderer.heading(rule.id);
  renderer.line(rule.says);
  renderer.gap();
  renderer.line("severity " + rule.page.severity + "; fix: " + rule.page.fix);
  for (const RulePage::Section& section : rule.page.sections) {
    renderer.gap();
    renderer.heading(section.title);
    renderer.markdown(section.text);
  }
  bool has_options = false;
  for (const analysis::OptionInfo& option : analysis::ruleOptions()) {
    if (!option.name.starts_with(std::string(rule.id) + '.')) continue;
    if (!std::exchange(has_options, true)) {
      renderer.gap();
      renderer.heading("Options (CheckOptions in .clang-tidy)");
    }
    renderer.line("- `" + std::string(option.name) + "`: " + std::string(option.says));
  }
  return renderer.take();
}

FinishVerb declareExplain(CLI::App& app, ExplainOptions& options) {
  CLI::App& verb =
      *app.add_subcommand("explain", "say what a rule means, with a program that warns and its repair");
  verb.add_option("RULE", options.rule, "a rule's id, or a part of it that fits only one")->required();
  return [](AfterDashes after_dashes) {
    return after_dashes ? std::string("explain takes one rule and nothing after --.") : std::string();
  };
}

Refusal explain(const ExplainOptions& options) {
  OrRefusal<const Rule*> rule = ruleMeant(options.rule);
  if (!rule) return rule.refusal();
  const bool to_terminal = ::isatty(STDOUT_FILENO) == 1;
  const std::string text = renderRule(**rule, to_terminal ? terminalWidth_columns() : 80, to_terminal);
  const std::string problem = writeAll(STDOUT_FILENO, text, "standard output");
  return {problem.empty() ? kExitClean : kExitInternal, problem};
}

} // namespace racecourse::tool
