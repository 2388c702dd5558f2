// Which units there are and how each is compiled: from a compile database, which is looked for when none is named, or
// from sources and flags on the command line. Reads the file system; never runs a compiler.
#pragma once

#include "checker/frontend/extract.h"
#include "checker/tool/exit_code.h"

#include <set>
#include <string>
#include <vector>

namespace racecourse::tool {

struct CompileCommands {
  std::vector<frontend::CompileCommand> commands; ///< by file, then arguments; no two equal
  std::set<std::string> removed_flags; ///< taken out because Clang does not know or must not obey them
  std::vector<std::string> skipped;    ///< sources in other languages, sorted
};

/// The compile database to take from `folder`: there, in its build*/, out/ and cmake-build*/ and one level below these,
/// then the same in each folder above. Of several in one folder's reach the newest. Empty: there is none.
std::string findDatabase(const std::string& folder);

/// The units of `database` (a path to a compile_commands.json, or its folder) that are or lie below one of `paths`; all
/// without paths. One unit per file and distinct command. `folder` is where relative paths start.
OrRefusal<CompileCommands> loadDatabase(const std::string& database, const std::vector<std::string>& paths,
                                        const std::string& folder);

/// The sources `paths`, and the C and C++ files below those that are folders, each compiled with `flags`.
OrRefusal<CompileCommands> directCommands(const std::vector<std::string>& paths,
                                          const std::vector<std::string>& flags, const std::string& folder);

/// How to get a compile database, for people who have none.
std::string databaseRecipes();

/// `path` made absolute from `folder` and lexically normal, without a slash at its end.
std::string absolutePath(const std::string& path, const std::string& folder);

} // namespace racecourse::tool
