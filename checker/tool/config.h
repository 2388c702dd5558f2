// `.racecourse.yaml`: what a team settles once for a whole program. Looked for in the working folder and the folders above
// it; what stands on the command line wins. Unknown keys are errors. docs/schemas/config.schema.json is the same in a
// form that editors read. Paths are relative to the file. Settings of single rules stand in `.clang-tidy` instead.
#pragma once

#include "checker/tool/config_locks.h"
#include "checker/tool/exit_code.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace racecourse::tool {

inline constexpr const char* kConfigName = ".racecourse.yaml";

struct Config {
  std::string file; ///< where it was read; empty: there is none
  std::optional<std::string> compile_db;
  std::vector<std::string> exclude; ///< globs on paths relative to the file: `*` also matches slashes
  std::vector<std::string> models;
  std::vector<LockDeclaration> locks;
  std::vector<std::string>
      thread_roots; ///< functions that code outside of the program calls in threads of its own
  std::optional<std::string> rules;
  std::optional<std::string> confidence;
  std::optional<std::string> fail_level;
  std::optional<std::string> baseline;
  std::map<std::string, std::string, std::less<>> origins; ///< by key: where the value comes from; for people
};

/// The nearest `.racecourse.yaml` from `folder` upwards; empty when there is none.
std::string findConfig(const std::string& folder);

/// Reads one; paths come back absolute. The refusal names file, line and key.
OrRefusal<Config> readConfig(const std::string& file);

/// Parses the text of a config; `file` is where it stands.
OrRefusal<Config> parseConfig(const std::string& text, const std::string& file);

/// Every key a config may have, sorted.
std::vector<std::string> configKeys();

/// The config as YAML, with every key and its origin behind it: what is in force. Paths as they are.
std::string showConfig(const Config& config);

} // namespace racecourse::tool
