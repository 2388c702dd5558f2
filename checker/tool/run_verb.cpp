#include "checker/tool/run_verb.h"

#include <CLI/CLI.hpp>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Program.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

namespace racecourse::tool {
namespace {

constexpr const char* kLibrary = "libracecourse_preload.so";
constexpr const char* kFooter = R"(The program and its arguments stand after `--`:
  racecourse run -- ./server --port 8080
  racecourse run --graph order.json --option on_deadlock=exit -- ./philosophers

Reports go to standard error, or with --option log_path=FILE to a file. In file names %p is the process's number: use it
when the program starts others, because each of them is recorded and writes its own files.
RACECOURSE_OPTIONS=help=1 lists the options.

Exit status: the program's own; 66, or --option exitcode=N, when something was reported (0 leaves it alone); 2 when the
program was not started.)";

/// What decides whether a file can be preloaded into.
struct Binary {
  bool elf = false;         ///< otherwise a script, or something the system refuses by itself
  bool this_machine = true; ///< same word size and processor as ours
  bool interpreted = false; ///< a loader starts it, which is who preloads
  bool linked = false;      ///< it has the runtime inside already
};

/// Is there a note of the runtime's in this piece of a program?
bool hasOurNote(const std::string& notes) {
  for (std::size_t at = 0; at + sizeof(Elf64_Nhdr) <= notes.size();) {
    Elf64_Nhdr note;
    memcpy(&note, notes.data() + at, sizeof note);
    at += sizeof note;
    const auto padded = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };
    if (note.n_namesz > notes.size() - at) return false;
    if (std::string_view(notes).substr(at, note.n_namesz) == std::string_view("Racecourse", 11)) return true;
    at += padded(note.n_namesz) + padded(note.n_descsz);
  }
  return false;
}

Binary look(const std::string& file) {
  Binary binary;
  std::ifstream in(file, std::ios::binary);
  Elf64_Ehdr header;
  if (!in.read(reinterpret_cast<char*>(&header), sizeof header) ||
      memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return binary;
  binary.elf = true;
  std::ifstream self("/proc/self/exe", std::ios::binary);
  Elf64_Ehdr ours;
  self.read(reinterpret_cast<char*>(&ours), sizeof ours);
  binary.this_machine =
      header.e_ident[EI_CLASS] == ours.e_ident[EI_CLASS] && header.e_machine == ours.e_machine;
  if (!binary.this_machine || header.e_phentsize != sizeof(Elf64_Phdr)) return binary;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    in.seekg(static_cast<std::streamoff>(header.e_phoff + i * sizeof segment));
    if (!in.read(reinterpret_cast<char*>(&segment), sizeof segment)) break;
    binary.interpreted |= segment.p_type == PT_INTERP;
    constexpr std::size_t most_notes = std::size_t{1} << 20;
    if (segment.p_type != PT_NOTE || segment.p_filesz > most_notes) continue;
    std::string notes(segment.p_filesz, '\0');
    in.seekg(static_cast<std::streamoff>(segment.p_offset));
    if (in.read(notes.data(), static_cast<std::streamsize>(notes.size()))) binary.linked |= hasOurNote(notes);
  }
  return binary;
}

/// Does the loader ignore LD_PRELOAD for this file, because it runs with more rights than the person has?
bool gainsRights(const std::string& file) {
  struct stat status;
  if (stat(file.c_str(), &status) != 0) return false;
  return ((status.st_mode & S_ISUID) && status.st_uid != getuid()) ||
         ((status.st_mode & S_ISGID) && status.st_gid != getgid()) ||
         (getuid() != 0 && getxattr(file.c_str(), "security.capability", nullptr, 0) > 0);
}

/// The library beside this executable: in a build folder, in an installation, or next to it. Empty when it is nowhere.
std::string findLibrary(const std::filesystem::path& folder) {
  for (const char* place :
       {"../lib", "../lib64", "../lib/racecourse", "../lib/" RACECOURSE_LIBRARY_FOLDER, "."}) {
    std::error_code error;
    const auto path = std::filesystem::canonical(folder / place / kLibrary, error);
    if (!error) return path.string();
  }
  return "";
}

/// Adds ours to what the person has set: later pairs win. Empty, or a sentence.
std::string setOptions(const RunOptions& request, const std::string& symbolizer) {
  std::string text = "symbolizer=" + symbolizer;
  if (symbolizer.find(':') != std::string::npos) text.clear(); // then stacks stay numbers
  if (const char* set = getenv("RACECOURSE_OPTIONS"); set && *set)
    text += (text.empty() ? "" : ":") + std::string(set);
  const auto add = [&](const std::string& key, const std::string& value) {
    text += (text.empty() ? "" : ":") + key + "=" + value;
  };
  for (const auto& [key, file] : {std::pair{"graph", request.graph}, std::pair{"trace", request.trace}}) {
    if (file.empty()) continue;
    // The program may change its folder before it ends.
    const std::string path = std::filesystem::absolute(file).string();
    if (path.find(':') != std::string::npos)
      return std::string("--") + key + ": a file name with a colon cannot be handed on: " + path;
    add(key, path);
  }
  for (const std::string& option : request.options) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0)
      return "--option " + option + " is not of the form KEY=VALUE.";
    if (option.find(':') != std::string::npos)
      return "--option " + option + ": a value with a colon cannot be handed on.";
    add(option.substr(0, equals), option.substr(equals + 1));
  }
  setenv("RACECOURSE_OPTIONS", text.c_str(), 1);
  return "";
}

} // namespace

FinishVerb declareRun(CLI::App& app, RunOptions& options) {
  CLI::App& run = *app.add_subcommand("run", "run a program with its locks recorded, without rebuilding it");
  run.footer(kFooter);
  run.add_option("--graph", options.graph, "write the lock-order graph (racecourse-graph/1) there at the end")
      ->type_name("FILE");
  run.add_option("--trace", options.trace, "write every operation (racecourse-trace/1) there; slow")
      ->type_name("FILE");
  run.add_option("--option", options.options, "an option of the runtime; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  return [&options](AfterDashes after_dashes) -> std::string {
    if (!after_dashes || after_dashes->empty())
      return "run needs the program after `--`: racecourse run -- PROGRAM ARGUMENTS";
    options.command = std::move(*after_dashes);
    return "";
  };
}

Refusal run(const RunOptions& request) {
  const std::string& name = request.command.front();
  auto found = llvm::sys::findProgramByName(name);
  if (!found) {
    std::error_code error;
    const bool exists = name.find('/') != std::string::npos && std::filesystem::exists(name, error);
    return {kExitUsage,
            exists ? name + " is not a program that can be run." : "there is no program '" + name + "'."};
  }
  const Binary binary = look(*found);
  if (!binary.this_machine)
    return {kExitUsage, name +
                            " is for another kind of processor or word size than this racecourse; its locks "
                            "cannot be recorded."};
  if (gainsRights(*found))
    return {kExitUsage, name +
                            " runs with other rights than yours (set-uid, set-gid or capabilities), so the "
                            "system loads nothing beside it; run a copy without them."};
  if (binary.elf && !binary.linked && !binary.interpreted)
    return {kExitUsage,
            name + " is linked statically, so nothing can be loaded beside it; link it dynamically, or "
                   "build it with Racecourse's own locks."};

  const std::string self = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  if (const std::string problem = setOptions(request, self); !problem.empty()) return {kExitUsage, problem};
  if (binary.linked) {
    std::cerr << "racecourse: " << name
              << " has Racecourse's own locks inside, so nothing is loaded beside it.\n";
  } else {
    const auto folder = std::filesystem::path(self).parent_path();
    const std::string library = findLibrary(folder);
    if (library.empty())
      return {kExitUsage,
              std::string(kLibrary) + " is missing: looked in lib beside " + folder.string() + "."};
    if (library.find_first_of(" :") != std::string::npos)
      return {kExitUsage, "the loader cannot take a library from a folder with a space or colon: " + library};
    const char* others = getenv("LD_PRELOAD");
    setenv("LD_PRELOAD", others && *others ? (library + ":" + others).c_str() : library.c_str(), 1);
  }
  std::vector<char*> words;
  for (const std::string& word : request.command)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::cout.flush();
  execv(found->c_str(), words.data());
  return {kExitUsage, name + " could not be started: " + strerror(errno) + "."};
}

} // namespace racecourse::tool
