// The text becomes a list of words (names in small letters, strings and numbers as one mark, punctuation by itself). The
// first word says what the statement is, fixed words (FROM, INTO, SET, WHERE) where its parts begin.
#include "checker/frontend/sql.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <span>

namespace racecourse::frontend {

namespace {

using Words = std::span<const std::string>;
using Kind = SqlStatement::Kind;

constexpr std::string_view kValue = "?"; // a string, a number, a parameter

bool isNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

std::string small(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

std::vector<std::string> wordsOf(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++i;
    } else if (text.substr(i, 2) == "--") {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.substr(i, 2) == "/*") {
      const std::size_t end = text.find("*/", i + 2);
      i = end == std::string_view::npos ? text.size() : end + 2;
    } else if (c == '\'' || c == '"' || c == '`' || c == '[') {
      const char close = c == '[' ? ']' : c;
      const std::size_t end = std::min(text.find(close, i + 1), text.size());
      words.push_back(c == '\'' ? std::string(kValue) : small(text.substr(i + 1, end - i - 1)));
      i = end + 1;
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '?' || c == ':' || c == '@' ||
               c == '$') {
      ++i;
      while (i < text.size() && (isNameCharacter(text[i]) || text[i] == '.'))
        ++i;
      words.emplace_back(kValue);
    } else if (isNameCharacter(c)) {
      const std::size_t begin = i;
      while (i < text.size() && isNameCharacter(text[i]))
        ++i;
      words.push_back(small(text.substr(begin, i - begin)));
    } else {
      words.emplace_back(1, c);
      ++i;
    }
  }
  return words;
}

bool isName(const std::string& word) {
  return !word.empty() && (std::isalpha(static_cast<unsigned char>(word[0])) != 0 || word[0] == '_');
}

std::size_t find(Words words, std::string_view word, std::size_t from = 0) {
  return static_cast<std::size_t>(
      std::find(words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())), words.end(),
                word) -
      words.begin());
}

/// The name that begins at `at`, without the schema before a dot.
std::string tableAt(Words words, std::size_t at) {
  if (at + 2 < words.size() && words[at + 1] == ".") at += 2;
  return at < words.size() && isName(words[at]) ? words[at] : std::string();
}

void ask(Words words, SqlStatement& result) {
  result.kind = Kind::Ask;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "from" || words[i] == "join") {
      bool more = true;
      for (std::size_t at = i + 1; more && at < words.size();) { // FROM a, b AS c
        if (std::string table = tableAt(words, at); !table.empty()) result.tables.push_back(std::move(table));
        more = false;
        for (std::size_t next = at + 1; next < std::min(at + 5, words.size()); ++next) {
          if (words[next] == "," && words[i] == "from") {
            at = next + 1;
            more = true;
            break;
          }
          if (!isName(words[next]) && words[next] != ".") break;
        }
      }
    }
    if (isName(words[i]) || words[i] == "*") result.words.push_back(words[i]);
  }
}

void insert(Words words, SqlStatement& result) {
  const std::size_t into = find(words, "into");
  result.tables = {tableAt(words, into + 1)};
  // OR IGNORE, ON CONFLICT, INSERT … SELECT … WHERE NOT EXISTS: it asks and acts in one step.
  const bool looks = (words.size() > 1 && words[1] == "or") || find(words, "conflict") < words.size() ||
                     find(words, "select") < words.size();
  result.kind = looks ? Kind::Settle : Kind::Change;
}

void update(Words words, SqlStatement& result) {
  const std::size_t set = find(words, "set");
  const std::size_t where = find(words, "where", set);
  const std::size_t table = words.size() > 1 && words[1] == "or" ? 3 : 1;
  result.tables = {tableAt(words, table)};
  int depth = 0;
  for (std::size_t i = set; i < where; ++i) {
    depth += words[i] == "(" ? 1 : words[i] == ")" ? -1 : 0;
    if (depth == 0 && (i == set || words[i] == ",") && i + 2 < where && words[i + 2] == "=")
      result.words.push_back(words[i + 1]);
  }
  const bool looks = std::ranges::any_of(
      result.words, [&](const std::string& column) { return find(words, column, where) < words.size(); });
  result.kind = looks ? Kind::Settle : Kind::Change;
}

SqlStatement statementOf(Words words) {
  SqlStatement result;
  const std::string& first = words.front();
  if (first == "begin" || first == "savepoint") {
    result.kind = Kind::Begin;
  } else if (first == "commit" || first == "end" || first == "release") {
    result.kind = Kind::End;
  } else if (first == "rollback") {
    result.kind = find(words, "to") < words.size() ? Kind::Other : Kind::End;
  } else if (first == "select") {
    ask(words, result);
  } else if (first == "insert") {
    insert(words, result);
  } else if (first == "update") {
    update(words, result);
  } else if (first == "replace") {
    result.tables = {tableAt(words, find(words, "into") + 1)};
    result.kind = Kind::Settle;
  } else if (first == "with") { // common table expressions, then one of the others
    for (std::string_view verb : {"insert", "update"}) {
      if (const std::size_t at = find(words, verb); at < words.size()) {
        result = statementOf(words.subspan(at));
        if (result.kind == Kind::Change) result.kind = Kind::Settle;
        return result;
      }
    }
    ask(words, result);
  }
  std::erase(result.tables, std::string());
  return result;
}

} // namespace

std::vector<SqlStatement> readSql(std::string_view text) {
  std::vector<SqlStatement> result;
  const std::vector<std::string> words = wordsOf(text);
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = find(words, ";", begin);
    if (end > begin) result.push_back(statementOf(Words(words).subspan(begin, end - begin)));
    begin = end + 1;
  }
  return result;
}

bool decides(const SqlStatement& ask, const SqlStatement& change) {
  const auto has = [](const std::vector<std::string>& list, const std::string& word) {
    return std::ranges::find(list, word) != list.end();
  };
  if (!std::ranges::any_of(change.tables, [&](const std::string& table) { return has(ask.tables, table); }))
    return false;
  if (change.words.empty() || has(ask.words, "*")) return true;
  return std::ranges::any_of(change.words, [&](const std::string& column) { return has(ask.words, column); });
}

} // namespace racecourse::frontend
