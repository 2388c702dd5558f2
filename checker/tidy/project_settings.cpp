#include "checker/tidy/project_settings.h"

#include "checker/tool/config.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

namespace racecourse::tidy {

namespace {

namespace fs = std::filesystem;

/// What a file was like when it was read; a file that is not there has a time too.
using FileTime = std::pair<std::string, fs::file_time_type>;

FileTime timeOf(const std::string& file) {
  std::error_code error;
  const fs::file_time_type time = fs::last_write_time(file, error);
  return {file, error ? fs::file_time_type::min() : time};
}

struct Loaded {
  std::shared_ptr<const ProjectSettings> settings;
  std::vector<FileTime> times;

  bool isCurrent() const {
    for (const FileTime& time : times)
      if (timeOf(time.first) != time) return false;
    return true;
  }
};

Loaded load(const std::string& config_file) {
  auto settings = std::make_shared<ProjectSettings>();
  Loaded loaded;
  tool::Config config;
  if (!config_file.empty()) {
    loaded.times.push_back(timeOf(config_file));
    tool::OrRefusal<tool::Config> read = tool::readConfig(config_file);
    if (read)
      config = std::move(*read);
    else
      settings->problem = read.refusal().sentence;
  }
  for (const std::string& file : config.models)
    loaded.times.push_back(timeOf(file));
  if (settings->problem.empty())
    settings->models =
        frontend::Models::load(config.models, settings->problem, tool::lockModels(config.locks));
  settings->thread_roots = std::move(config.thread_roots);
  loaded.settings = std::move(settings);
  return loaded;
}

} // namespace

std::shared_ptr<const ProjectSettings> settingsFor(const std::string& main_file) {
  static std::mutex mutex;
  static std::map<std::string, Loaded> loaded; // by config; a host sees few projects
  const std::string config = tool::findConfig(fs::path(main_file).parent_path().string());
  const std::lock_guard<std::mutex> lock(mutex);
  const auto [entry, is_new] = loaded.try_emplace(config);
  if (is_new || !entry->second.isCurrent()) entry->second = load(config);
  return entry->second.settings;
}

} // namespace racecourse::tidy
