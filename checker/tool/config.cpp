#include "checker/tool/config.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <sstream>

namespace racecourse::tool {

namespace {

/// What the file may say: the keys of Config, plus its version.
struct ConfigDocument {
  unsigned version = 1;
  Config config;
};

/// Stands where a mapping is written and names are wanted: refused as soon as it is seen.
struct NoMapping {};

/// What the reader remembers to refuse a second word about the same lock.
struct SeenLocks {
  std::set<std::string> names;
};

} // namespace

} // namespace racecourse::tool

LLVM_YAML_IS_SEQUENCE_VECTOR(racecourse::tool::LockDeclaration)

namespace llvm::yaml {

using racecourse::tool::LockDeclaration;
using racecourse::tool::NameList;
using racecourse::tool::NoMapping;

template <> struct MappingTraits<NoMapping> {
  static void mapping(IO& io, NoMapping&) { io.setError("a name or a list of names is wanted here"); }
};

template <> struct PolymorphicTraits<NameList> {
  static NodeKind getKind(const NameList& list) {
    return list.names.size() == 1 ? NodeKind::Scalar : NodeKind::Sequence;
  }
  static std::string& getAsScalar(NameList& list) {
    list.names.resize(1);
    return list.names.front();
  }
  static std::vector<std::string>& getAsSequence(NameList& list) { return list.names; }
  static NoMapping& getAsMap(NameList&) {
    static NoMapping none; // holds nothing
    return none;
  }
};

template <> struct MappingTraits<LockDeclaration> {
  static void mapping(IO& io, LockDeclaration& lock) {
    std::set<StringRef> known = {"argument"};
    const auto list = [&](const char* key, NameList& names) {
      known.insert(key);
      if (!io.outputting() || !names.names.empty()) io.mapOptional(key, names);
    };
    const auto word = [&](const char* key, std::string& value) {
      known.insert(key);
      if (!io.outputting() || !value.empty()) io.mapOptional(key, value);
    };
    list("class", lock.classes);
    list("type", lock.types);
    word("kind", lock.kind);
    list("acquire", lock.acquire);
    list("release", lock.release);
    list("try", lock.try_acquire);
    list("acquire-shared", lock.acquire_shared);
    list("release-shared", lock.release_shared);
    list("try-shared", lock.try_shared);
    list("guard", lock.guards);
    io.mapOptional("argument", lock.argument);
    word("success", lock.success);
    // The reader itself looks for unknown keys last, and would tell first what is missing because of the mistyped one.
    if (!io.outputting())
      for (StringRef key : io.keys())
        if (!known.contains(key)) io.setError("unknown key '" + key + "'");
  }
  static std::string validate(IO& io, LockDeclaration& lock) {
    std::string sentence = complaintAbout(lock);
    auto* seen = static_cast<racecourse::tool::SeenLocks*>(io.getContext());
    if (!sentence.empty() || !seen) return sentence;
    for (const std::string& name : declaredNames(lock))
      if (!seen->names.insert(name).second) return "'" + name + "' has been declared already";
    return "";
  }
};

template <> struct MappingTraits<racecourse::tool::ConfigDocument> {
  static void mapping(IO& io, racecourse::tool::ConfigDocument& document) {
    racecourse::tool::Config& config = document.config;
    io.mapOptional("version", document.version, 1u);
    io.mapOptional("compile-db", config.compile_db);
    io.mapOptional("exclude", config.exclude);
    io.mapOptional("models", config.models);
    io.mapOptional("locks", config.locks);
    io.mapOptional("thread-roots", config.thread_roots);
    io.mapOptional("rules", config.rules);
    io.mapOptional("confidence", config.confidence);
    io.mapOptional("fail-level", config.fail_level);
    io.mapOptional("baseline", config.baseline);
  }
};

} // namespace llvm::yaml

namespace racecourse::tool {

namespace {

/// A path as the file at `folder` means it.
std::string absolute(const std::string& path, const std::string& folder) {
  std::string result = (std::filesystem::path(folder) / path).lexically_normal().string();
  while (result.size() > 1 && result.back() == '/')
    result.pop_back();
  return result;
}

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
    if (std::filesystem::is_regular_file(at / kConfigName, error)) return (at / kConfigName).string();
    if (at == at.parent_path()) return "";
    at = at.parent_path();
  }
}

OrRefusal<Config> parseConfig(const std::string& text, const std::string& file) {
  std::string problem;
  ConfigDocument document;
  // An empty file, or one of comments alone, settles nothing.
  if (text.find_first_not_of(" \t\r\n") != std::string::npos) {
    SeenLocks seen;
    llvm::yaml::Input input(llvm::MemoryBufferRef(text, file), &seen, keepFirst, &problem);
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
    model = absolute(model, folder);
  for (std::optional<std::string>* path : {&config.compile_db, &config.baseline})
    if (*path) **path = absolute(**path, folder);
  return config;
}

OrRefusal<Config> readConfig(const std::string& file) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer) return Refusal{kExitUsage, "cannot read " + file + ": " + buffer.getError().message() + "."};
  return parseConfig((*buffer)->getBuffer().str(), file);
}

namespace {

std::string asYaml(const Config& config) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::yaml::Output yaml(out, nullptr, /*WrapColumn=*/4096);
  yaml.setWriteDefaultValues(true);
  ConfigDocument document{1, config};
  yaml << document;
  return text;
}

/// The key that a line of asYaml begins; empty when it is none.
std::string keyOf(std::string_view line) {
  if (line.empty() || std::islower(static_cast<unsigned char>(line.front())) == 0) return "";
  return std::string(line.substr(0, line.find(':')));
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

} // namespace

std::vector<std::string> configKeys() {
  // What is empty is not written: every key needs a value to be seen.
  Config full;
  for (std::optional<std::string>* value :
       {&full.compile_db, &full.rules, &full.confidence, &full.fail_level, &full.baseline})
    *value = "";
  for (std::vector<std::string>* list : {&full.exclude, &full.models, &full.thread_roots})
    list->push_back("");
  full.locks.emplace_back().classes.names = {"Lock"};
  std::vector<std::string> keys;
  for (const std::string& line : linesOf(asYaml(full)))
    if (std::string key = keyOf(line); !key.empty()) keys.push_back(std::move(key));
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::string showConfig(const Config& config) {
  std::string text;
  std::set<std::string> written;
  for (const std::string& line : linesOf(asYaml(config))) {
    const std::string key = keyOf(line);
    const auto origin = config.origins.find(key);
    text += line;
    if (origin != config.origins.end()) text += "  # " + origin->second;
    text += '\n';
    if (line == "---" && config.file.empty()) text += std::string("# there is no ") + kConfigName + "\n";
    written.insert(key);
  }
  // What has no value is told too, in a form that can be read back.
  std::string unset;
  for (const std::string& key : configKeys())
    if (!written.contains(key)) unset += "# " + key + " is not set\n";
  const std::size_t end = text.rfind("...");
  text.insert(end == std::string::npos ? text.size() : end, unset);
  return text;
}

} // namespace racecourse::tool
