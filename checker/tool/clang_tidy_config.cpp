#include "checker/tool/clang_tidy_config.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/YAMLParser.h>

#include <filesystem>

namespace racecourse::tool {
namespace {

namespace yaml = llvm::yaml;

bool isOurs(llvm::StringRef name) {
  return name.starts_with("racecourse-") || name.starts_with("racestyle-");
}

std::string scalar(yaml::Node* node) {
  llvm::SmallString<64> storage;
  if (auto* plain = llvm::dyn_cast_or_null<yaml::ScalarNode>(node)) return plain->getValue(storage).str();
  if (auto* block = llvm::dyn_cast_or_null<yaml::BlockScalarNode>(node)) return block->getValue().str();
  return "";
}

/// Of "-*,bugprone-*,racecourse-*,-racestyle-manual-lock" the last two.
std::string ourGlobs(llvm::StringRef list) {
  std::string globs;
  bool silences_all = false, wants_ours = false;
  llvm::SmallVector<llvm::StringRef> items;
  std::string flat = list.str();
  for (char& c : flat)
    if (c == '\n') c = ',';
  llvm::StringRef(flat).split(items, ',', -1, false);
  for (llvm::StringRef item : items) {
    item = item.trim();
    llvm::StringRef name = item;
    name.consume_front("-");
    silences_all = silences_all || item == "-*";
    if (!isOurs(name) && name != "race*") continue;
    wants_ours = wants_ours || name == item;
    globs += (globs.empty() ? "" : ",") + item.str();
  }
  // "-*,racecourse-lock-leak" wants that one; "-*,bugprone-*" was not written with us in mind.
  return silences_all && wants_ours ? "-*," + globs : globs;
}

} // namespace

ClangTidyConfig::Config ClangTidyConfig::read(const std::string& path, bool& inherits) {
  Config config;
  config.path = path;
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) {
    config.problem = "'" + path + "' cannot be read: " + buffer.getError().message() + ".";
    return config;
  }
  llvm::SourceMgr sources;
  std::string error;
  sources.setDiagHandler(
      [](const llvm::SMDiagnostic& diagnostic, void* context) {
        auto& sentence = *static_cast<std::string*>(context);
        if (sentence.empty())
          sentence = "line " + std::to_string(diagnostic.getLineNo()) + ": " + diagnostic.getMessage().str();
      },
      &error);
  yaml::Stream stream((*buffer)->getMemBufferRef(), sources);
  const auto option = [&](const std::string& key, const std::string& value) {
    if (isOurs(key)) config.options[key] = value;
  };
  for (yaml::Document& document : stream) {
    auto* root = llvm::dyn_cast_or_null<yaml::MappingNode>(document.getRoot());
    if (!root) break;
    for (yaml::KeyValueNode& entry : *root) {
      const std::string key = scalar(entry.getKey());
      yaml::Node* value = entry.getValue();
      if (!value) break;
      if (key == "InheritParentConfig") {
        inherits = scalar(value) == "true";
      } else if (key == "Checks") {
        if (auto* list = llvm::dyn_cast<yaml::SequenceNode>(value)) {
          std::string all;
          for (yaml::Node& item : *list)
            all += scalar(&item) + ",";
          config.globs = ourGlobs(all);
        } else {
          config.globs = ourGlobs(scalar(value));
        }
      } else if (key == "CheckOptions") {
        // A map, or, in older files, a list of {key: …, value: …}.
        if (auto* map = llvm::dyn_cast<yaml::MappingNode>(value)) {
          for (yaml::KeyValueNode& each : *map) {
            const std::string name = scalar(each.getKey());
            option(name, scalar(each.getValue()));
          }
        } else if (auto* list = llvm::dyn_cast<yaml::SequenceNode>(value)) {
          for (yaml::Node& item : *list) {
            auto* pair = llvm::dyn_cast<yaml::MappingNode>(&item);
            if (!pair) continue;
            std::string name, text;
            for (yaml::KeyValueNode& part : *pair) {
              const std::string which = scalar(part.getKey());
              (which == "key" ? name : text) = scalar(part.getValue());
            }
            option(name, text);
          }
        }
      } else {
        value->skip();
      }
    }
    break;
  }
  if (stream.failed() || !error.empty())
    config.problem =
        "'" + path + "' is not a .clang-tidy file: " + (error.empty() ? "not YAML" : error) + ".";
  return config;
}

const ClangTidyConfig::Config& ClangTidyConfig::nearest(const std::string& folder) {
  if (const auto known = by_folder_.find(folder); known != by_folder_.end()) return known->second;
  const std::filesystem::path here(folder);
  const bool is_top = !here.has_parent_path() || here == here.root_path();
  const std::string path = (here / ".clang-tidy").string();
  std::error_code error;
  Config config;
  bool inherits = true; // without a file of its own a folder has its parent's
  if (std::filesystem::is_regular_file(path, error)) {
    inherits = false;
    config = read(path, inherits);
  }
  if (inherits && !is_top && config.problem.empty()) {
    const Config& parent = nearest(here.parent_path().string());
    if (config.path.empty()) config.path = parent.path;
    config.problem = parent.problem;
    config.options.insert(parent.options.begin(), parent.options.end()); // its own win
    if (!parent.globs.empty()) config.globs = parent.globs + (config.globs.empty() ? "" : "," + config.globs);
  }
  return by_folder_[folder] = std::move(config);
}

OrRefusal<analysis::RuleOptions> ClangTidyConfig::optionsFor(const std::vector<std::string>& sources) {
  analysis::RuleOptions options;
  const Config* first = nullptr;
  std::string first_source;
  for (const std::string& source : sources) {
    const Config& config = nearest(std::filesystem::path(source).parent_path().string());
    if (!config.problem.empty()) return Refusal{kExitUsage, config.problem};
    if (first && first->options == config.options) continue;
    if (first)
      return Refusal{kExitUsage, "the options of racecourse's rules differ between '" + first_source + "' (" +
                                     (first->path.empty() ? "no .clang-tidy" : first->path) + ") and '" +
                                     source + "' (" + (config.path.empty() ? "no .clang-tidy" : config.path) +
                                     "), but a program is analysed as a whole: give them the same."};
    first = &config;
    first_source = source;
    for (const auto& [name, value] : config.options)
      if (const std::string problem = analysis::setOption(options, name, value); !problem.empty())
        return Refusal{kExitUsage, config.path + ": " + problem + "."};
  }
  return options;
}

bool ClangTidyConfig::allows(std::string_view rule, const std::string& file) {
  const Config& config = nearest(std::filesystem::path(file).parent_path().string());
  return report::RuleGlobs(std::string(report::kDefaultRules) + "," + config.globs).contains(rule);
}

} // namespace racecourse::tool
