#include "checker/model/text_lex.h"

namespace racecourse::model::text {
namespace {

// Not <cctype>: that asks the locale.
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '~';
}
bool isPart(char c) {
  return isStart(c) || isDigit(c);
}

int hexValue(char c) {
  if (isDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Length of the Name at the front of `text`, 0 if there is none.
std::size_t nameLength(std::string_view text) {
  std::size_t at = 0;
  for (;;) {
    if (at >= text.size() || !isStart(text[at])) return 0;
    while (at < text.size() && isPart(text[at]))
      ++at;
    if (at + 2 < text.size() && text[at] == ':' && text[at + 1] == ':' && isStart(text[at + 2]))
      at += 2;
    else
      return at;
  }
}

class Lexer {
public:
  explicit Lexer(std::string_view line) : line_(line) {}

  Line run() {
    while (result_.failure.empty()) {
      while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r'))
        ++at_;
      if (at_ == line_.size() || rest().starts_with("//")) break;
      token_ = {};
      token_.column = static_cast<std::uint32_t>(at_ + 1);
      next();
      result_.tokens.push_back(std::move(token_));
    }
    token_ = {};
    token_.column = static_cast<std::uint32_t>(at_ + 1);
    result_.tokens.push_back(std::move(token_));
    return std::move(result_);
  }

private:
  std::string_view rest() const { return line_.substr(at_); }
  char peek() const { return at_ < line_.size() ? line_[at_] : '\0'; }

  void next() {
    const char c = line_[at_];
    if (const std::size_t length = nameLength(rest())) {
      token_.kind = Token::Kind::Name;
      token_.text = rest().substr(0, length);
      at_ += length;
    } else if (c == '"') {
      token_.kind = Token::Kind::String;
      token_.text = string();
    } else if (isDigit(c) || (c == '-' && rest().size() > 1 && isDigit(rest()[1]))) {
      token_.kind = Token::Kind::Number;
      token_.number = signedNumber();
    } else if (c == '%') {
      ++at_;
      token_.kind = Token::Kind::Label;
      while (isPart(peek()))
        token_.text += line_[at_++];
      if (token_.text.empty()) fail("a label must follow '%'");
    } else if (c == '@') {
      ++at_;
      place();
    } else {
      punctuation();
    }
  }

  void punctuation() {
    token_.kind = Token::Kind::Punct;
    for (const std::string_view mark : {"->", "...", "(", ")", "[", "]", ",", "=", "?", ":", ".", "/", "*"}) {
      if (!rest().starts_with(mark)) continue;
      token_.text = mark;
      at_ += mark.size();
      return;
    }
    fail("unexpected character " + quoted(rest().substr(0, 1)));
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    const bool hex = rest().starts_with("0x");
    if (hex) at_ += 2;
    const std::size_t start = at_;
    const std::uint64_t base = hex ? 16 : 10;
    for (; hex ? hexValue(peek()) >= 0 : isDigit(peek()); ++at_) {
      const auto digit = static_cast<std::uint64_t>(hexValue(peek()));
      if (value > (~std::uint64_t{0} - digit) / base) {
        fail("the number does not fit in 64 bits");
        return 0;
      }
      value = value * base + digit;
    }
    if (at_ == start) fail("a number is expected");
    if (isPart(peek())) fail("a number cannot be followed by a letter");
    return value;
  }

  std::uint64_t signedNumber() {
    const bool negative = peek() == '-';
    if (negative) ++at_;
    const std::uint64_t value = number();
    return negative ? ~value + 1 : value;
  }

  std::string string() {
    std::string text;
    for (++at_; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (c == '"') {
        ++at_;
        return text;
      }
      if (c != '\\') {
        text += c;
        continue;
      }
      ++at_;
      switch (peek()) {
      case '"': text += '"'; break;
      case '\\': text += '\\'; break;
      case 'n': text += '\n'; break;
      case 't': text += '\t'; break;
      case 'x': {
        const int high = at_ + 2 < line_.size() ? hexValue(line_[at_ + 1]) : -1;
        const int low = at_ + 2 < line_.size() ? hexValue(line_[at_ + 2]) : -1;
        if (high < 0 || low < 0) {
          fail("two hexadecimal digits must follow '\\x'");
          return {};
        }
        text += static_cast<char>(high * 16 + low);
        at_ += 2;
        break;
      }
      default: fail("a string knows the escapes \\\" \\\\ \\n \\t and \\xHH only"); return {};
      }
    }
    fail("the string is not closed");
    return {};
  }

  std::uint32_t smallNumber() {
    const std::uint64_t value = number();
    if (value > ~std::uint32_t{0}) fail("a line or column does not fit in 32 bits");
    return static_cast<std::uint32_t>(value);
  }

  void place() {
    token_.kind = Token::Kind::Place;
    if (peek() == '"') {
      token_.has_file = true;
      token_.text = string();
    } else if (!isDigit(peek())) {
      while (at_ < line_.size() && std::string_view(": \t\r,)").find(peek()) == std::string_view::npos)
        token_.text += line_[at_++];
      if (token_.text.empty()) return fail("a place must follow '@'");
      token_.is_none = token_.text == "none";
      if (token_.is_none && peek() != ':') return;
      token_.has_file = true;
    }
    if (token_.has_file) {
      if (peek() != ':') return fail("a place is written @file:line:column or @line:column");
      ++at_;
    }
    token_.number = smallNumber();
    if (peek() != ':') return; // a line alone
    ++at_;
    token_.place_column = smallNumber();
  }

  void fail(std::string why) {
    if (result_.failure.empty()) result_.failure = std::move(why);
  }

  std::string_view line_;
  std::size_t at_ = 0;
  Token token_;
  Line result_;
};

} // namespace

Line tokenise(std::string_view line) {
  return Lexer(line).run();
}

std::string quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) { // others, UTF-8 among them, stand for themselves
      result += "\\x";
      result += kHex[byte >> 4];
      result += kHex[byte & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

bool isName(std::string_view text) {
  return !text.empty() && nameLength(text) == text.size();
}

} // namespace racecourse::model::text
