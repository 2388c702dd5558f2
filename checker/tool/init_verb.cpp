#include "checker/tool/init_verb.h"

#include "checker/tool/config.h"
#include "checker/tool/output.h"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace racecourse::tool {

namespace {

constexpr const char* kText =
    R"(# What racecourse check takes as settled for this program. It is read from the working folder or the nearest folder
# above it; the command line wins. Paths are relative to this file. `racecourse check --show-config` prints what is in
# force and where it comes from. Options of single rules stand in .clang-tidy. Take away a `# ` to set a value.

version: 1

# The build folder, or the compile_commands.json in it. Without: looked for in ., build*/, out/* and above.
# compile-db: build

# Units that are not checked: globs on their paths, in which * matches slashes too.
# exclude:
#   - third_party/*
#   - "*_generated.cpp"

# What the functions of your libraries do with locks and threads; docs/models.md tells how to write one.
# models:
#   - tools/our_library.yaml

# Locks of your own that Racecourse cannot see through: their bodies are assembly, or in another library.
# locks:
#   - {class: our::SpinLock, kind: spin, acquire: lock, release: unlock, try: try_lock}
#   - {acquire: our_lock, release: our_unlock}

# Functions that code outside of this program calls in threads of its own: plugins, callbacks, interrupt handlers.
# thread-roots:
#   - net::Server::onRequest

# Which rules: globs, separated by commas; `-` takes away. This wins over Checks in .clang-tidy.
# rules: "racecourse-*,-racecourse-lock-leak"

# The least certain findings to report: high, medium or low.
# confidence: medium

# The least severe finding that makes the exit status 1: error, warning or note.
# fail-level: warning

# Findings that are known and put off. `racecourse baseline create` writes this file.
# baseline: racecourse-baseline.json
)";

} // namespace

std::string initialConfig() {
  return kText;
}

FinishVerb declareInit(CLI::App& app) {
  app.add_subcommand("init", "write a commented .racecourse.yaml into this folder");
  return [](AfterDashes after_dashes) {
    return after_dashes ? std::string("`racecourse init` takes nothing behind `--`.") : std::string();
  };
}

Refusal init(const std::string& folder) {
  const std::string file = folder + "/" + kConfigName;
  // One step decides and takes the name: no file that appears meanwhile is lost.
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    if (errno == EEXIST)
      return {kExitUsage, std::string(kConfigName) + " is there already: it is left as it is."};
    return {kExitUsage, std::string("could not write ") + kConfigName + ": " + std::strerror(errno) + "."};
  }
  std::string problem = writeAll(descriptor, kText, kConfigName);
  if (::close(descriptor) != 0 && problem.empty())
    problem = std::string("could not write ") + kConfigName + ": " + std::strerror(errno) + ".";
  if (!problem.empty()) return {kExitInternal, problem};
  return {kExitClean, std::string("wrote ") + kConfigName};
}

} // namespace racecourse::tool
