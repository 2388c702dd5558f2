#include "checker/tool/toolchain.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Program.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace racecourse::tool {
namespace {

bool isResourceFolder(const std::string& folder) {
  return !folder.empty() && llvm::sys::fs::exists(folder + "/include/stddef.h");
}

std::string printedByClang() {
  if (!llvm::sys::findProgramByName("clang-19")) return "";
  std::FILE* pipe = ::popen("clang-19 -print-resource-dir 2>/dev/null", "r");
  if (!pipe) return "";
  std::string text;
  char buffer[512];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe))
    text.append(buffer, n);
  ::pclose(pipe);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

} // namespace

OrRefusal<std::string> findResourceFolder() {
  if (const char* named = std::getenv("RACECOURSE_RESOURCE_DIR"); named && *named) {
    if (isResourceFolder(named)) return std::string(named);
    return Refusal{kExitToolchain, std::string("RACECOURSE_RESOURCE_DIR is '") + named +
                                       "', which has no include/stddef.h: it is no Clang resource folder."};
  }
  if (isResourceFolder(RACECOURSE_RESOURCE_DIR)) return std::string(RACECOURSE_RESOURCE_DIR);
  if (const std::string printed = printedByClang(); isResourceFolder(printed)) return printed;
  return Refusal{kExitToolchain, "Clang 19's own headers were not found: install clang-19, or set "
                                 "RACECOURSE_RESOURCE_DIR to what its -print-resource-dir prints."};
}

void useResourceFolder(std::vector<frontend::CompileCommand>& commands, const std::string& folder) {
  for (frontend::CompileCommand& command : commands) {
    auto& words = command.arguments;
    const bool has_one = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return word == "-resource-dir" || word.rfind("-resource-dir=", 0) == 0;
    });
    if (!has_one && !words.empty()) words.insert(words.begin() + 1, "-resource-dir=" + folder);
  }
}

} // namespace racecourse::tool
