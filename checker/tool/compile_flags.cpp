// Idea: instead of a list of GCC's flags, which ages, Clang's own option table is asked which arguments it does not
// know; those are taken out. What remains is a short list of flags that Clang knows and that would make it fail or do
// something here: plugins, profiles and precompiled headers of another compiler or version, -Werror.
#include "checker/tool/compile_flags.h"

#include <clang/Driver/Options.h>
#include <clang/Tooling/ArgumentsAdjusters.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>

#include <array>

namespace racecourse::tool {
namespace {

/// The indices into `arguments` of what Clang's driver does not know. Index 0, the compiler, is not looked at.
std::set<std::size_t> unknownToClang(const std::vector<std::string>& arguments) {
  std::vector<const char*> words;
  for (std::size_t i = 1; i < arguments.size(); ++i)
    words.push_back(arguments[i].c_str());
  unsigned missing_index = 0, missing_count = 0;
  const llvm::opt::InputArgList parsed = clang::driver::getDriverOptTable().ParseArgs(
      words, missing_index, missing_count, llvm::opt::Visibility(clang::driver::options::ClangOption));
  std::set<std::size_t> unknown;
  for (const llvm::opt::Arg* argument : parsed)
    if (argument->getOption().getKind() == llvm::opt::Option::UnknownClass)
      unknown.insert(argument->getIndex() + 1);
  return unknown;
}

bool mustNotBeObeyed(llvm::StringRef flag) {
  static constexpr std::array<llvm::StringRef, 12> kPrefixes = {"-fplugin=",
                                                                "-fplugin-arg-",
                                                                "-fpass-plugin=",
                                                                "-fprofile-use",
                                                                "-fprofile-instr-use",
                                                                "-fauto-profile",
                                                                "-fprofile-sample-use",
                                                                "-fbranch-probabilities",
                                                                "-Werror",
                                                                "-pedantic-errors",
                                                                "-Winvalid-pch",
                                                                "-specs="};
  for (llvm::StringRef prefix : kPrefixes)
    if (flag.starts_with(prefix)) return true;
  return flag == "--coverage" || flag == "-save-temps" || flag.starts_with("-save-temps=");
}

/// The length of a precompiled header's mention at `index`, 0 if there is none. Such headers are bound to one compiler;
/// builds that use them also name the header's source, which stays.
std::size_t precompiledHeaderAt(const std::vector<std::string>& arguments, std::size_t index) {
  const auto is = [&](std::size_t offset, const char* text) {
    return index + offset < arguments.size() && arguments[index + offset] == text;
  };
  if (is(0, "-Xclang") && is(1, "-include-pch") && is(2, "-Xclang")) return 4;
  if (is(0, "-include-pch")) return 2;
  return 0;
}

} // namespace

Language languageOf(const std::string& file) {
  return llvm::StringSwitch<Language>(llvm::sys::path::extension(file))
      .Cases(".c", ".i", ".m", Language::C)
      .Cases(".s", ".S", ".asm", ".sx", ".rc", ".res", ".def", Language::Other)
      .Cases(".f", ".F", ".for", ".f90", ".F90", ".f95", ".cu", ".hip", ".rs", Language::Other)
      .Cases(".d", ".go", ".swift", ".java", ".cs", ".ispc", ".cl", Language::Other)
      .Default(Language::Cxx);
}

std::vector<std::string> parsingArguments(std::vector<std::string> arguments, const std::string& file,
                                          std::set<std::string>& removed) {
  if (arguments.empty()) return arguments;
  const std::set<std::size_t> unknown = unknownToClang(arguments);
  std::vector<std::string> kept{arguments.front()};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (const std::size_t length = precompiledHeaderAt(arguments, i)) {
      removed.insert("-include-pch");
      i += length - 1;
    } else if (arguments[i] == "-c" || arguments[i] == "-S" || arguments[i] == "-E") {
      // What to make of the source; here it is only read.
    } else if (unknown.count(i) || mustNotBeObeyed(arguments[i])) {
      removed.insert(arguments[i]);
    } else {
      kept.push_back(std::move(arguments[i]));
    }
  }
  kept = clang::tooling::getClangStripOutputAdjuster()(kept, file);
  kept = clang::tooling::getClangStripDependencyFileAdjuster()(kept, file);
  return clang::tooling::getClangSyntaxOnlyAdjuster()(kept, file);
}

std::vector<std::string> directArguments(const std::vector<std::string>& flags, const std::string& file) {
  const Language language = languageOf(file);
  const char* compiler = language == Language::C ? "clang-19" : "clang++-19";
  // With its folder: Clang looks for the standard library relative to where the compiler is.
  const auto found = llvm::sys::findProgramByName(compiler);
  std::vector<std::string> arguments{found ? *found : compiler};
  for (const std::string& flag : flags) {
    const llvm::StringRef text(flag);
    if (text.starts_with("-std=")) {
      const bool is_cxx = text.contains("++");
      if (is_cxx != (language == Language::Cxx)) continue;
    }
    arguments.push_back(flag);
  }
  arguments.push_back(file);
  return arguments;
}

} // namespace racecourse::tool
