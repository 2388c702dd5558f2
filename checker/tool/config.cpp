#include "checker/tool/config.h"

#include "checker/tool/compile_commands.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

#include <filesystem>

namespace racecourse::tool {

namespace {

/// What the file may say: the keys of Config, plus its version.
struct ConfigDocument {
  unsigned version = 1;
  Config config;
};

} // namespace

} // namespace racecourse::tool

template <> struct llvm::yaml::MappingTraits<racecourse::tool::ConfigDocument> {
  static void mapping(IO& io, racecourse::tool::ConfigDocument& document) {
    racecourse::tool::Config& config = document.config;
    io.mapOptional("version", document.version, 1u);
    io.mapOptional("compile-db", config.compile_db);
    io.mapOptional("exclude", config.exclude);
    io.mapOptional("models", config.models);
    io.mapOptional("thread-roots", config.thread_roots);
    io.mapOptional("rules", config.rules);
    io.mapOptional("confidence", config.confidence);
    io.mapOptional("fail-level", config.fail_level);
    io.mapOptional("baseline", config.baseline);
  }
};

namespace racecourse::tool {

namespace {

constexpr const char* kName = ".racecourse.yaml";

/// The first complaint, as "line:column: text".
void keepFirst(const llvm::SMDiagnostic& diagnostic, void* kept) {
  auto& text = *static_cast<std::string*>(kept);
  if (!text.empty()) return;
  text = std::to_string(diagnostic.getLineNo()) + ":" + std::to_string(diagnostic.getColumnNo() + 1) + ": " +
         diagnostic.getMessage().str();
}

} // namespace

std::string findConfig(const std::string& folder) {
  std::filesystem::path at(folder);
  while (true) {
    std::error_code error;
    if (std::filesystem::is_regular_file(at / kName, error)) return (at / kName).string();
    if (at == at.parent_path()) return "";
    at = at.parent_path();
  }
}

OrRefusal<Config> parseConfig(const std::string& text, const std::string& file) {
  std::string problem;
  ConfigDocument document;
  // An empty file, or one of comments alone, settles nothing.
  if (text.find_first_not_of(" \t\r\n") != std::string::npos) {
    llvm::yaml::Input input(llvm::MemoryBufferRef(text, file), nullptr, keepFirst, &problem);
    input >> document;
    if (input.error() && problem.empty()) problem = "1:1: not a YAML mapping";
  }
  if (!problem.empty()) return Refusal{kExitUsage, file + ":" + problem};
  if (document.version != 1) {
    return Refusal{kExitUsage, file + ": version " + std::to_string(document.version) +
                                   " is newer than this tool, which knows version 1."};
  }
  Config config = std::move(document.config);
  config.file = file;
  const std::string folder = std::filesystem::path(file).parent_path().string();
  for (std::string& model : config.models)
    model = absolutePath(model, folder);
  for (std::optional<std::string>* path : {&config.compile_db, &config.baseline})
    if (*path) **path = absolutePath(**path, folder);
  return config;
}

OrRefusal<Config> readConfig(const std::string& file) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer) return Refusal{kExitUsage, "cannot read " + file + ": " + buffer.getError().message() + "."};
  return parseConfig((*buffer)->getBuffer().str(), file);
}

std::string showConfig(const Config& config) {
  std::string text;
  llvm::raw_string_ostream out(text);
  {
    llvm::yaml::Output yaml(out, nullptr, 4096);
    ConfigDocument document{1, config};
    yaml.setWriteDefaultValues(true);
    yaml << document;
  }
  return (config.file.empty() ? "# no .racecourse.yaml: defaults and the command line\n"
                              : "# from " + config.file + " and the command line\n") +
         text;
}

} // namespace racecourse::tool
