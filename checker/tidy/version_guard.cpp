// Stops a clang-tidy of another LLVM before it runs with this plugin. Without it such a host loads the plugin (its symbols
// are looked up late), lists the checks, finds nothing and ends with success; a "clean" that nobody checked.
//
// Runs before every other initialiser of the plugin and calls nothing of the host but clang::getClangFullVersion(), which
// every version has.
#include "clang/Basic/Version.h"
#include "llvm/Config/llvm-config.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace {

/// "19.1" of "Debian clang version 19.1.7 (3~deb12u1)".
std::string majorAndMinor(const std::string& text) {
  const std::size_t version = text.find("version ");
  if (version == std::string::npos) return "";
  const std::size_t start = version + 8;
  std::size_t end = text.find('.', start);
  if (end != std::string::npos) end = text.find_first_not_of("0123456789", end + 1);
  return text.substr(start, end == std::string::npos ? end : end - start);
}

struct VersionGuard {
  VersionGuard() {
    const std::string built = std::to_string(LLVM_VERSION_MAJOR) + "." + std::to_string(LLVM_VERSION_MINOR);
    const std::string host = majorAndMinor(clang::getClangFullVersion());
    if (host == built) return;
    std::fprintf(
        stderr,
        "racecourse: this plugin is built for clang-tidy %s, and the host is %s: nothing was checked. Use "
        "clang-tidy-%d, or a plugin built for this host.\n",
        built.c_str(), host.empty() ? "of an unknown version" : host.c_str(), LLVM_VERSION_MAJOR);
    std::_Exit(4);
  }
};

// 101 is the first priority that is not the implementation's own.
[[gnu::init_priority(101)]] const VersionGuard kGuard;

} // namespace
