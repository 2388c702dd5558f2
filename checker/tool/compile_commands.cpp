#include "checker/tool/compile_commands.h"

#include "checker/tool/compile_flags.h"

#include <clang/Tooling/JSONCompilationDatabase.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

namespace racecourse::tool {
namespace {

namespace fs = std::filesystem;
constexpr const char* kDatabase = "compile_commands.json";

bool isFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool isFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::vector<fs::path> foldersIn(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end; entry.increment(error))
    if (isFolder(entry->path())) folders.push_back(entry->path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

/// The newest database in the build folders of `folder`; of equally new ones the first by name.
fs::path newestBelow(const fs::path& folder) {
  fs::path newest;
  fs::file_time_type newest_time;
  const auto consider = [&](const fs::path& build) {
    std::error_code error;
    const fs::path database = build / kDatabase;
    if (!isFile(database)) return;
    const auto time = fs::last_write_time(database, error);
    if (error || (!newest.empty() && time <= newest_time)) return;
    newest = database;
    newest_time = time;
  };
  for (const fs::path& build : foldersIn(folder)) {
    const std::string name = build.filename().string();
    if (name.rfind("build", 0) != 0 && name.rfind("cmake-build", 0) != 0 && name != "out") continue;
    consider(build);
    for (const fs::path& configuration : foldersIn(build))
      consider(configuration);
  }
  return newest;
}

bool isOrLiesBelow(const std::string& path, const std::string& folder) {
  if (folder == "/" || path == folder) return true;
  return path.size() > folder.size() && path.compare(0, folder.size(), folder) == 0 &&
         path[folder.size()] == '/';
}

/// Symbolic links resolved where that is possible: databases and people spell one file in several ways.
std::string resolved(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

std::string inQuotes(const std::string& text) {
  return "'" + text + "'";
}

void sortAndDeduplicate(CompileCommands& all) {
  const auto key = [](const frontend::CompileCommand& c) {
    return std::tie(c.file, c.directory, c.arguments);
  };
  std::sort(all.commands.begin(), all.commands.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  all.commands.erase(std::unique(all.commands.begin(), all.commands.end(),
                                 [&](const auto& a, const auto& b) { return key(a) == key(b); }),
                     all.commands.end());
  std::sort(all.skipped.begin(), all.skipped.end());
  all.skipped.erase(std::unique(all.skipped.begin(), all.skipped.end()), all.skipped.end());
}

} // namespace

std::string absolutePath(const std::string& path, const std::string& folder) {
  llvm::SmallString<256> result(path);
  llvm::sys::fs::make_absolute(folder, result);
  llvm::sys::path::remove_dots(result, /*remove_dot_dot=*/true);
  while (result.size() > 1 && result.back() == '/')
    result.pop_back();
  return std::string(result);
}

std::string findDatabase(const std::string& folder) {
  for (fs::path here = folder; !here.empty(); here = here.parent_path()) {
    if (isFile(here / kDatabase)) return (here / kDatabase).string();
    if (const fs::path below = newestBelow(here); !below.empty()) return below.string();
    if (here == here.root_path()) break;
  }
  return "";
}

OrRefusal<CompileCommands> loadDatabase(const std::string& database, const std::vector<std::string>& paths,
                                        const std::string& folder) {
  std::string file = absolutePath(database, folder);
  if (isFolder(file)) file += std::string("/") + kDatabase;
  if (!isFile(file)) return Refusal{kExitUsage, inQuotes(file) + " does not exist."};

  std::string error;
  std::unique_ptr<clang::tooling::CompilationDatabase> loaded =
      clang::tooling::JSONCompilationDatabase::loadFromFile(
          file, error, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (!loaded) {
    while (!error.empty() && (error.back() == '\n' || error.back() == '.'))
      error.pop_back();
    return Refusal{kExitUsage, inQuotes(file) + " is not a compile database: " + error + "."};
  }
  // In this order: what a response file says may not be looked at before it is read.
  loaded = clang::tooling::expandResponseFiles(std::move(loaded), llvm::vfs::getRealFileSystem());
  loaded = clang::tooling::inferTargetAndDriverMode(std::move(loaded));
  // Clang looks for the standard library relative to where the compiler is.
  loaded = clang::tooling::inferToolLocation(std::move(loaded));

  struct Wish {
    std::string path, real_path;
    bool fulfilled = false;
  };
  std::vector<Wish> wishes;
  for (const std::string& path : paths) {
    const std::string absolute = absolutePath(path, folder);
    wishes.push_back({absolute, resolved(absolute)});
  }

  CompileCommands result;
  const std::string database_folder = llvm::sys::path::parent_path(file).str();
  const auto all = loaded->getAllCompileCommands();
  for (const clang::tooling::CompileCommand& command : all) {
    // A relative folder in a database is not allowed and not rare; it can only be meant from where the database is.
    const std::string directory = absolutePath(command.Directory, database_folder);
    const std::string source = absolutePath(command.Filename, directory);
    bool wanted = wishes.empty();
    for (Wish& wish : wishes) {
      if (!isOrLiesBelow(source, wish.path) && !isOrLiesBelow(resolved(source), wish.real_path)) continue;
      wanted = wish.fulfilled = true;
    }
    if (!wanted) continue;
    if (languageOf(source) == Language::Other) {
      result.skipped.push_back(source);
      continue;
    }
    result.commands.push_back(
        {directory, source, parsingArguments(command.CommandLine, source, result.removed_flags)});
  }
  for (std::size_t i = 0; i < wishes.size(); ++i)
    if (!wishes[i].fulfilled)
      return Refusal{kExitUsage,
                     inQuotes(file) + " has no unit that is or lies below " + inQuotes(paths[i]) + "."};
  if (result.commands.empty())
    return Refusal{kExitUsage, inQuotes(file) + (all.empty() ? " is empty." : " has no C or C++ unit.")};
  sortAndDeduplicate(result);
  return result;
}

OrRefusal<CompileCommands> directCommands(const std::vector<std::string>& paths,
                                          const std::vector<std::string>& flags, const std::string& folder) {
  std::vector<std::string> sources;
  for (const std::string& path : paths) {
    const std::string absolute = absolutePath(path, folder);
    if (!isFolder(absolute)) {
      if (!isFile(absolute)) return Refusal{kExitUsage, inQuotes(path) + " does not exist."};
      sources.push_back(absolute);
      continue;
    }
    static const std::set<std::string> kEndings = {".c", ".cc", ".cpp", ".cxx", ".c++", ".C"};
    const std::size_t count_before = sources.size();
    std::error_code error;
    for (fs::recursive_directory_iterator
             entry(absolute, fs::directory_options::skip_permission_denied, error),
         end;
         !error && entry != end; entry.increment(error))
      if (kEndings.count(entry->path().extension().string()) && isFile(entry->path()))
        sources.push_back(entry->path().string());
    if (sources.size() == count_before)
      return Refusal{kExitUsage, inQuotes(path) + " holds no C or C++ source."};
  }
  CompileCommands result;
  for (const std::string& source : sources) {
    if (languageOf(source) == Language::Other)
      return Refusal{kExitUsage, inQuotes(source) + " is neither C nor C++."};
    result.commands.push_back(
        {folder, source, parsingArguments(directArguments(flags, source), source, result.removed_flags)});
  }
  sortAndDeduplicate(result);
  return result;
}

std::string databaseRecipes() {
  return R"(no compile_commands.json was found here, in build*/ or out/, or in the folders above. To get one:
  CMake   cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
  Meson   meson setup build
  others  bear -- make
Or name the sources: racecourse check a.cpp b.c -- -Iinclude)";
}

} // namespace racecourse::tool
