// The tokens of the text form (text.h). Values; free functions that any thread may call. Cost: linear in the
// text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::model::text {

struct Token {
  enum class Kind : std::uint8_t {
    Name,   ///< text: identifiers joined by ::
    String, ///< text: the quoted text, escapes resolved
    Number, ///< number; negative: number is the two's complement
    Label,  ///< text: what follows %
    Place,  ///< text: the file, if has_file; number: the line; place_column
    Punct,  ///< text: one of ( ) [ ] , = ? : . / * -> ...
    End,
  };
  Kind kind = Kind::End;
  std::string text;
  std::uint64_t number = 0;
  std::uint32_t place_column = 0;
  bool has_file = false; ///< Place: text is the file
  bool is_none = false;  ///< Place: @none; or, with has_file, @none:…
  std::uint32_t column = 0;
};

/// The tokens of one line, closed by End. On failure `failure` says why and the tokens mean nothing.
struct Line {
  std::vector<Token> tokens;
  std::string failure;
};

Line tokenise(std::string_view line);

/// In double quotes, with escapes, so that tokenise reads it back.
std::string quoted(std::string_view text);

/// Whether tokenise reads it as one Name.
bool isName(std::string_view text);

} // namespace racecourse::model::text
