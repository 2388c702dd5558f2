#include "checker/tool/doctor_verb.h"

#include "checker/store/file_states.h"
#include "checker/store/program.h"
#include "checker/tool/compile_commands.h"
#include "checker/tool/output.h"
#include "checker/tool/project_root.h"
#include "checker/tool/rules.h"
#include "checker/tool/toolchain.h"

#include <CLI/CLI.hpp>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Program.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/personality.h>
#include <unistd.h>

namespace racecourse::tool {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kTimeLimit_s = 60;
constexpr std::size_t kMostFiles = 100'000; // of a project, so that a doctor in / ends

struct Ran {
  bool started = false;
  int status = 0;
  std::string output; ///< both streams
};

Ran runProgram(const std::string& program, const std::vector<std::string>& arguments) {
  Ran ran;
  llvm::SmallString<128> capture;
  if (llvm::sys::fs::createTemporaryFile("racecourse-doctor", "txt", capture)) return ran;
  std::vector<llvm::StringRef> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), capture.str(), capture.str()};
  bool failed = false;
  std::string problem;
  ran.status =
      llvm::sys::ExecuteAndWait(program, words, std::nullopt, redirects, kTimeLimit_s, 0, &problem, &failed);
  ran.started = !failed;
  if (OrRefusal<std::string> text = readFile(std::string(capture))) ran.output = *text;
  llvm::sys::fs::remove(capture);
  return ran;
}

/// A path as it stands, or a name looked up in PATH. Empty: there is none.
std::string programAt(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const auto found = llvm::sys::findProgramByName(name);
  return found ? *found : "";
}

/// "19.1.7" of the lines that LLVM's programs print; empty when there is none.
std::string versionIn(llvm::StringRef text) {
  const std::size_t at = text.find("version ");
  if (at == llvm::StringRef::npos) return "";
  return text.substr(at + 8).take_while([](char c) { return (c >= '0' && c <= '9') || c == '.'; }).str();
}

std::string majorAndMinor(llvm::StringRef version) {
  const auto [major, rest] = version.split('.');
  return (major + "." + rest.split('.').first).str();
}

std::string firstLine(llvm::StringRef text) {
  return text.split('\n').first.str();
}

std::string count(std::size_t n, const char* thing) {
  return std::to_string(n) + " " + thing + (n == 1 ? "" : "s");
}

std::string age(std::chrono::seconds seconds) {
  const long s = std::max<long>(0, seconds.count());
  if (s < 120) return count(static_cast<std::size_t>(s), "second");
  if (s < 2 * 3600) return count(static_cast<std::size_t>(s / 60), "minute");
  if (s < 48 * 3600) return count(static_cast<std::size_t>(s / 3600), "hour");
  return count(static_cast<std::size_t>(s / 86400), "day");
}

/// What was built or installed beside this executable. Empty paths: not there.
struct Doors {
  std::string plugin, plugin16, tidy, clangd;
};

Doors findDoors() {
  const fs::path folder = fs::path(llvm::sys::fs::getMainExecutable(nullptr, nullptr)).parent_path();
  const auto beside = [&](const std::vector<std::string>& places, const char* name) {
    for (const std::string& place : places) {
      std::error_code error;
      const fs::path path = fs::canonical(folder / place / name, error);
      if (!error) return path.string();
    }
    return std::string();
  };
  Doors doors;
  const char* const libraries[] = {"../lib", "../lib64", "../lib/racecourse",
                                   "../lib/" RACECOURSE_LIBRARY_FOLDER,
                                   "../lib/" RACECOURSE_LIBRARY_FOLDER "/racecourse"};
  doors.plugin = beside({std::begin(libraries), std::end(libraries)}, "RacecourseTidy.so");
  std::vector<std::string> second;
  for (const char* library : libraries)
    second.push_back(std::string(library) + "/llvm-16");
  doors.plugin16 = beside(second, "RacecourseTidy.so");
  doors.tidy = beside({".", "../lib/racecourse/bin"}, "racecourse-tidy");
  doors.clangd = beside({".", "../lib/racecourse/bin"}, "racecourse-clangd");
  return doors;
}

class Sheet {
public:
  void ok(const std::string& text) { line("ok", text); }
  void note(const std::string& text) { line("note", text); }
  void wrong(const std::string& text) {
    line("WRONG", text);
    works_ = false;
  }
  void raw(const std::string& text) { text_ += text; }
  bool works() const { return works_; }
  const std::string& text() const { return text_; }

private:
  void line(const char* word, const std::string& text) {
    text_ += std::string(word) + std::string(7 - std::string_view(word).size(), ' ') + text + "\n";
  }
  std::string text_;
  bool works_ = true;
};

// --- the toolchain ---

std::string checkResourceFolder(Sheet& sheet) {
  OrRefusal<std::string> folder = findResourceFolder();
  if (!folder) {
    sheet.wrong(folder.refusal().sentence);
    return "";
  }
  sheet.ok("Clang's own headers: " + *folder);
  return *folder;
}

/// How many of our rules a clang-tidy lists.
std::size_t listedRules(const std::string& output) {
  std::size_t n = 0;
  for (const Rule& rule : rules())
    n += output.find("    " + std::string(rule.id) + "\n") != std::string::npos ? 1 : 0;
  return n;
}

void checkListing(Sheet& sheet, const std::string& what, const Ran& ran) {
  const std::size_t listed = listedRules(ran.output);
  if (!ran.started || ran.status != 0)
    sheet.wrong(what + " ends with status " + std::to_string(ran.status) + ": " + firstLine(ran.output));
  else if (listed != rules().size())
    sheet.wrong(what + " knows " + std::to_string(listed) + " of " + count(rules().size(), "rule") +
                ": it is from another build of Racecourse");
  else
    sheet.ok(what + " knows " + count(listed, "rule"));
}

void checkHosts(Sheet& sheet, const DoctorOptions& options, const Doors& doors) {
  const std::vector<std::string> list = {"--checks=-*,racecourse-*,racestyle-*", "--list-checks"};
  const std::string ours = std::to_string(LLVM_VERSION_MAJOR) + "." + std::to_string(LLVM_VERSION_MINOR);
  const std::string name =
      options.clang_tidy.empty() ? "clang-tidy-" + std::to_string(LLVM_VERSION_MAJOR) : options.clang_tidy;
  const std::string host = programAt(name);
  const std::string version = host.empty() ? "" : versionIn(runProgram(host, {"--version"}).output);
  const bool second = majorAndMinor(version) == "16.0" && !doors.plugin16.empty();
  const std::string& plugin = second ? doors.plugin16 : doors.plugin;
  if (host.empty()) {
    const std::string sentence = "there is no " + name;
    if (!options.clang_tidy.empty() || doors.tidy.empty())
      sheet.wrong(sentence + (options.clang_tidy.empty() ? ": install it, the plugin needs that host" : ""));
    else
      sheet.note(sentence + ": the plugin has no host, racecourse-tidy needs none");
  } else if (version.empty()) {
    sheet.wrong(host + " does not say which version it is");
  } else if (plugin.empty()) {
    sheet.note("clang-tidy " + version + ": " + host + "; the plugin was not built beside this program");
  } else if (majorAndMinor(version) != ours && !second) {
    sheet.wrong(host + " is clang-tidy " + version + ", the plugin is for " + ours + ": use clang-tidy-" +
                std::to_string(LLVM_VERSION_MAJOR) + " or racecourse-tidy");
  } else {
    sheet.ok("clang-tidy " + version + ": " + host);
    std::vector<std::string> arguments = {"--load=" + plugin};
    arguments.insert(arguments.end(), list.begin(), list.end());
    checkListing(sheet, "plugin " + plugin, runProgram(host, arguments));
  }

  if (const std::string plain = programAt("clang-tidy"); !plain.empty() && options.clang_tidy.empty()) {
    const std::string other = versionIn(runProgram(plain, {"--version"}).output);
    if (majorAndMinor(other) != ours)
      sheet.note("`clang-tidy` without a number is " + other +
                 " here, and clang-tidy-diff takes that one: give it -clang-tidy-binary clang-tidy-" +
                 std::to_string(LLVM_VERSION_MAJOR));
  }
  if (doors.tidy.empty())
    sheet.note("racecourse-tidy was not built beside this program");
  else
    checkListing(sheet, doors.tidy, runProgram(doors.tidy, list));
  if (doors.clangd.empty())
    sheet.note("racecourse-clangd was not built (CMake option RACECOURSE_CLANGD)");
  else if (const Ran ran = runProgram(doors.clangd, {"--version"}); ran.started && ran.status == 0)
    sheet.ok("clangd " + versionIn(ran.output) + ": " + doors.clangd);
  else
    sheet.wrong(doors.clangd + " does not start: " + firstLine(ran.output));
}

// --- the project ---

struct Tree {
  std::vector<std::string> sources; ///< sorted
  std::string newest_recipe;        ///< the CMakeLists.txt or meson.build that was changed last
  fs::file_time_type newest{};
  bool cut_off = false;
};

bool isBuildFolder(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "CMakeCache.txt", error) || fs::exists(folder / "meson-private", error);
}

Tree readTree(const std::string& root) {
  static const std::set<std::string> kEndings = {".c", ".cc", ".cpp", ".cxx", ".c++", ".C"};
  Tree tree;
  std::error_code error;
  std::size_t seen = 0;
  fs::recursive_directory_iterator entries(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    if (++seen > kMostFiles) {
      tree.cut_off = true;
      break;
    }
    const fs::path& path = entries->path();
    const std::string name = path.filename().string();
    std::error_code ignored;
    if (entries->is_directory(ignored)) {
      if (name.starts_with('.') || name == "node_modules" || isBuildFolder(path))
        entries.disable_recursion_pending();
    } else if (kEndings.contains(path.extension().string())) {
      tree.sources.push_back(path.string());
    } else if (name == "CMakeLists.txt" || name == "meson.build") {
      const fs::file_time_type when = entries->last_write_time(ignored);
      if (tree.newest_recipe.empty() || when > tree.newest) {
        tree.newest = when;
        tree.newest_recipe = path.string();
      }
    }
  }
  std::ranges::sort(tree.sources);
  return tree;
}

std::string below(const std::string& path, const std::string& root) {
  return path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
}

/// The folder of the compile database, for editors; empty when there is none.
std::string checkDatabase(Sheet& sheet, const DoctorOptions& options, const std::string& folder) {
  std::string database = options.build.empty() ? findDatabase(folder) : absolutePath(options.build, folder);
  if (database.empty()) {
    sheet.note(
        "no compile_commands.json here: name the flags behind `--`, or make one, for example with cmake "
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON");
    return "";
  }
  OrRefusal<CompileCommands> loaded = loadDatabase(database, {}, folder);
  if (!loaded) {
    sheet.note(loaded.refusal().sentence);
    return "";
  }
  std::error_code error;
  const fs::path file =
      fs::is_directory(database, error) ? fs::path(database) / "compile_commands.json" : fs::path(database);
  const std::string root = projectRoot(folder);
  const Tree tree = readTree(root);
  const fs::file_time_type written = fs::last_write_time(file, error);
  const auto old =
      std::chrono::duration_cast<std::chrono::seconds>(fs::file_time_type::clock::now() - written);
  std::set<std::string> covered;
  std::size_t gone = 0;
  for (const frontend::CompileCommand& command : loaded->commands) {
    const std::string source = absolutePath(command.file, command.directory);
    if (!covered.insert(source).second) continue;
    if (!fs::exists(source, error)) ++gone;
  }
  sheet.ok("compile database " + below(file.string(), root) + ": " + count(covered.size(), "source") +
           ", written " + age(old) + " ago");
  if (!tree.newest_recipe.empty() && tree.newest > written)
    sheet.note("it is older than " + below(tree.newest_recipe, root) + ": configure the build again");
  if (gone > 0)
    sheet.note("it names " + count(gone, "source") +
               " that is not there any more: configure the build again");
  std::vector<std::string> missing;
  std::ranges::copy_if(tree.sources, std::back_inserter(missing),
                       [&](const std::string& s) { return !covered.contains(s); });
  const std::string of = std::to_string(tree.sources.size() - missing.size()) + " of " +
                         count(tree.sources.size(), "C and C++ source") + " below " + root;
  if (tree.cut_off) {
    sheet.note("the folder is too large to say which of its sources the database covers");
  } else if (missing.empty()) {
    sheet.ok("it covers " + of);
  } else {
    std::string first;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, missing.size()); ++i)
      first += (i == 0 ? "" : ", ") + below(missing[i], root);
    sheet.note("it covers " + of + "; not " + first + (missing.size() > 3 ? ", …" : ""));
  }
  return file.parent_path().string();
}

// --- The summary store ---

/// What an editor knows of the program beside the file it shows.
void checkStore(Sheet& sheet, const std::string& folder) {
  const char* named = std::getenv("RACECOURSE_STORE");
  const std::string word(named ? named : "");
  if (word == "off") {
    sheet.note("RACECOURSE_STORE is off: editors see one file at a time");
    return;
  }
  const std::string path = word.empty() ? store::findStore(folder) : absolutePath(word, folder);
  if (path.empty()) {
    sheet.note(
        "no summary store: editors see one file at a time until `racecourse check` has run in the project");
    return;
  }
  const store::Folder kept(path);
  const store::Folder::Got got = kept.get(store::Entry::Program, store::kProgramKey);
  const auto program = got.payload ? store::programFromPayload(*got.payload) : std::nullopt;
  if (!program) {
    sheet.note("the summary store " + path +
               " holds no program that this version can use: run `racecourse check`");
    return;
  }
  std::error_code error;
  const auto old = std::chrono::duration_cast<std::chrono::seconds>(
      fs::file_time_type::clock::now() -
      fs::last_write_time(kept.fileOf(store::Entry::Program, store::kProgramKey), error));
  sheet.ok("summary store " + path + ": " + count(program->units.size(), "unit") + ", listed " + age(old) +
           " ago");
  store::FileStates states;
  const std::size_t stale = store::otherUnits(kept, *program, "", states).stale_count;
  if (stale > 0)
    sheet.note(count(stale, "unit") +
               " changed since, and count as unknown in editors: run `racecourse check` again");
  if (program->events > store::kMostEvents)
    sheet.note("the program is too large to be solved while somebody types: a file that was edited is looked "
               "at alone "
               "until `racecourse check` has run again");
}

// --- ThreadSanitizer ---

void checkThreadSanitizer(Sheet& sheet, const std::string& resource_folder) {
  bool has_runtime = false;
  std::error_code error;
  for (fs::recursive_directory_iterator at(resource_folder + "/lib", error), end; !error && at != end;
       at.increment(error))
    has_runtime = has_runtime || at->path().filename().string().starts_with("libclang_rt.tsan");
  if (!has_runtime) {
    sheet.note("ThreadSanitizer: Clang's runtime is not installed (Debian: libclang-rt-19-dev)");
    return;
  }
  int bits = 0;
  if (std::ifstream file("/proc/sys/vm/mmap_rnd_bits"); !(file >> bits)) {
    sheet.note("ThreadSanitizer: installed; this system does not say how far it scatters addresses");
    return;
  }
  const std::string setting = "vm.mmap_rnd_bits = " + std::to_string(bits);
  if (bits <= 28) {
    sheet.ok("ThreadSanitizer: installed, " + setting);
    return;
  }
  // Clang's runtime starts the program again with fixed addresses; a container may forbid that.
  const int before = ::personality(0xffffffff);
  const bool may_fix =
      before != -1 && ::personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE) != -1;
  if (before != -1) ::personality(static_cast<unsigned long>(before));
  sheet.note(
      "ThreadSanitizer: " + setting +
      (may_fix
           ? ": programs of Clang 19 start themselves again with fixed addresses, those of older compilers "
             "end with \"unexpected memory mapping\": run them under setarch -R"
           : ", and this container does not let programs fix their addresses: have vm.mmap_rnd_bits set to "
             "28"));
}

// --- editors ---

struct Places {
  Doors doors;
  std::string build;
};

struct Editor {
  const char* name;
  const char* file; ///< where the lines belong
  std::string (*lines)(const Places&);
};

std::string checks() {
  return "-*,racecourse-*,racestyle-suppression-hygiene";
}

std::string clangdFile() {
  return "and in the project's .clangd:\n\n  Diagnostics:\n    ClangTidy:\n      Add: [racecourse-*, "
         "racestyle-suppression-hygiene]\n      FastCheckFilter: Loose\n";
}

std::string needsClangd(const Places& at) {
  return at.doors.clangd.empty()
             ? "  (racecourse-clangd is not built: configure with -DRACECOURSE_CLANGD=ON)\n"
             : "";
}

std::string clangdPath(const Places& at) {
  return at.doors.clangd.empty() ? "racecourse-clangd" : at.doors.clangd;
}

std::string visualStudioCode(const Places& at) {
  return "  \"C_Cpp.codeAnalysis.clangTidy.enabled\": true,\n"
         "  \"C_Cpp.codeAnalysis.clangTidy.useBuildPath\": true,\n"
         "  \"C_Cpp.codeAnalysis.clangTidy.path\": \"" +
         at.doors.tidy +
         "\",\n"
         "  \"C_Cpp.default.compileCommands\": \"" +
         at.build +
         "/compile_commands.json\",\n"
         "  \"C_Cpp.codeAnalysis.clangTidy.checks.enabled\": [\"racecourse-*\", "
         "\"racestyle-suppression-hygiene\"]\n";
}

std::string visualStudioCodeClangd(const Places& at) {
  return "  \"clangd.path\": \"" + clangdPath(at) +
         "\",\n"
         "  \"clangd.arguments\": [\"--compile-commands-dir=" +
         at.build + "\"]\n\n" + clangdFile() + needsClangd(at);
}

std::string neovim(const Places& at) {
  // Versions before 0.8 have the two steps only.
  return "  local start = vim.lsp.start or function(config)\n"
         "    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))\n"
         "  end\n"
         "  vim.api.nvim_create_autocmd('FileType', {\n"
         "    pattern = { 'c', 'cpp' },\n"
         "    callback = function()\n"
         "      start({ name = 'racecourse', root_dir = vim.fn.getcwd(),\n"
         "        cmd = { '" +
         clangdPath(at) + "', '--compile-commands-dir=" + at.build +
         "' } })\n"
         "    end })\n\n" +
         clangdFile() + needsClangd(at);
}

std::string vim(const Places& at) {
  return "  let g:ale_linters = {'cpp': ['clangtidy'], 'c': ['clangtidy']}\n"
         "  let g:ale_cpp_clangtidy_executable = '" +
         at.doors.tidy +
         "'\n"
         "  let g:ale_cpp_clangtidy_checks = ['" +
         checks() +
         "']\n"
         "  let g:ale_c_clangtidy_executable = g:ale_cpp_clangtidy_executable\n"
         "  let g:ale_c_clangtidy_checks = g:ale_cpp_clangtidy_checks\n"
         "  let g:ale_c_build_dir = '" +
         at.build + "'\n";
}

std::string emacs(const Places& at) {
  return "  ; M-x compile, then M-x next-error walks through what was found\n"
         "  (setq-default compile-command \"racecourse check -p " +
         at.build +
         "\")\n"
         "  ; while typing, with eglot (part of Emacs 29)\n"
         "  (with-eval-after-load 'eglot\n"
         "    (add-to-list 'eglot-server-programs\n"
         "      '((c-mode c++-mode) . (\"" +
         clangdPath(at) + "\" \"--compile-commands-dir=" + at.build + "\"))))\n\n" + clangdFile() +
         needsClangd(at);
}

std::string clion(const Places& at) {
  return "  Settings > Languages & Frameworks > C/C++ > Clang-Tidy\n"
         "    Use external executable: " +
         at.doors.tidy +
         "\n"
         "    Prefer .clang-tidy files over IDE settings: yes\n\n"
         "and in the project's .clang-tidy:\n\n  Checks: '" +
         checks() + "'\n";
}

std::string qtCreator(const Places& at) {
  return "  Edit > Preferences > Analyzer > Clang Tools > Clang-Tidy: " + at.doors.tidy +
         "\n"
         "  Prefer .clang-tidy file, if present: yes\n\n"
         "and in the project's .clang-tidy:\n\n  Checks: '" +
         checks() + "'\n";
}

const Editor kEditors[] = {
    {"clion", "the settings", clion},
    {"emacs", "init.el", emacs},
    {"neovim", "init.lua", neovim},
    {"qtcreator", "the preferences", qtCreator},
    {"vim", ".vimrc, with the plugin ALE", vim},
    {"vscode", "settings.json, with the C/C++ extension", visualStudioCode},
    {"vscode-clangd", "settings.json, with the clangd extension", visualStudioCodeClangd},
};

std::string editorNames() {
  std::string names;
  for (const Editor& editor : kEditors)
    names += (names.empty() ? "" : ", ") + std::string(editor.name);
  return names;
}

} // namespace

FinishVerb declareDoctor(CLI::App& app, DoctorOptions& options) {
  CLI::App& doctor = *app.add_subcommand("doctor", "check the set-up of this machine, project and editor");
  doctor.footer("Exit status: 0 everything works that is there, 4 something cannot work as it is, 2 an "
                "unknown editor.");
  doctor.add_option("--editor", options.editor, "print what this editor needs here: " + editorNames());
  doctor.add_option("-p", options.build, "folder with compile_commands.json (looked for when not given)");
  doctor.add_option("--clang-tidy", options.clang_tidy,
                    "the clang-tidy that is to load the plugin (clang-tidy-19)");
  return [](AfterDashes after_dashes) {
    return after_dashes ? std::string("`racecourse doctor` takes nothing behind `--`.") : std::string();
  };
}

Refusal doctor(const DoctorOptions& options) {
  const auto* editor =
      std::ranges::find_if(kEditors, [&](const Editor& e) { return e.name == options.editor; });
  if (!options.editor.empty() && editor == std::end(kEditors))
    return {kExitUsage, "no editor '" + options.editor + "' is known here; there are " + editorNames() + "."};

  Sheet sheet;
  const std::string folder = fs::current_path().string();
  Places places{findDoors(), ""};
  sheet.ok("racecourse " RACECOURSE_VERSION ", made with LLVM " LLVM_VERSION_STRING);
  const std::string resources = checkResourceFolder(sheet);
  checkHosts(sheet, options, places.doors);
  places.build = checkDatabase(sheet, options, folder);
  checkStore(sheet, folder);
  checkThreadSanitizer(sheet, resources);
  if (places.build.empty()) places.build = folder + "/build";
  if (places.doors.tidy.empty()) places.doors.tidy = "racecourse-tidy";
  if (editor != std::end(kEditors) && !options.editor.empty())
    sheet.raw("\nFor " + options.editor + ", in " + editor->file + ":\n\n" + editor->lines(places));
  if (std::string problem = writeAll(STDOUT_FILENO, sheet.text(), "standard output"); !problem.empty())
    return {kExitInternal, problem};
  return {sheet.works() ? kExitClean : kExitToolchain, ""};
}

} // namespace racecourse::tool
