// Turns the command that a build used into one that Clang can parse with: no outputs, no other compiler's flags, nothing
// that turns a warning into a failure. Projects are built with GCC as often as with Clang, and one foreign flag would
// otherwise cost the whole unit. Nothing is run and no source is read; any thread may call.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace racecourse::tool {

enum class Language { C, Cxx, Other };

/// By the file's ending. Other: assembler and the like, which has no units.
Language languageOf(const std::string& file);

/// `arguments` as in a compile database (compiler first), ready for extract(). What was taken out because Clang does
/// not know it, or must not obey it here, is added to `removed`.
std::vector<std::string> parsingArguments(std::vector<std::string> arguments, const std::string& file,
                                          std::set<std::string>& removed);

/// For sources given on the command line: `flags` without a -std that is another language's.
std::vector<std::string> directArguments(const std::vector<std::string>& flags, const std::string& file);

} // namespace racecourse::tool
