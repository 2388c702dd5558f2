#include "checker/tool/run_store.h"

#include "checker/analysis/rule_options.h"
#include "checker/store/bytes.h"
#include "checker/store/unit_entry.h"
#include "checker/tool/compile_commands.h"
#include "checker/tool/options.h"
#include "checker/tool/project_root.h"

#include "clang/Basic/Version.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace racecourse::tool {

using store::Entry;
using store::Key;

namespace {

bool liesBelow(const std::string& file, const std::string& folder) {
  return folder == "/" ||
         (file.starts_with(folder) && file.size() > folder.size() && file[folder.size()] == '/');
}

/// The folder that all of the sources lie below.
std::string commonFolder(const std::vector<frontend::CompileCommand>& commands) {
  std::string common = std::filesystem::path(commands.front().file).parent_path().string();
  for (const frontend::CompileCommand& command : commands)
    while (common != "/" && !common.empty() && !liesBelow(command.file, common))
      common = std::filesystem::path(common).parent_path().string();
  return common.empty() ? "/" : common;
}

/// All that was read, but for when it was written.
Key contentsOf(const frontend::FileAnswers& answers) {
  store::Writer all;
  for (const frontend::FileAnswer& answer : answers.list) {
    all.text(answer.path);
    all.number(static_cast<std::uint64_t>(answer.kind));
    all.raw(answer.hash);
  }
  return frontend::contentHash(all.bytes);
}

} // namespace

std::string storeFolder(const Options& options, const std::string& folder, const std::string& root,
                        const std::vector<frontend::CompileCommand>& commands) {
  if (options.no_cache || options.from_model || commands.empty()) return "";
  if (!options.cache.empty()) return absolutePath(options.cache, folder);
  if (const char* named = std::getenv("RACECOURSE_STORE"); named && *named != '\0')
    return std::string_view(named) == "off" ? "" : absolutePath(named, folder);
  if (options.direct_flags) return "";
  // A build folder beside the sources is no place where an editor would look for it.
  const bool is_here = std::ranges::any_of(
      commands, [&](const frontend::CompileCommand& command) { return liesBelow(command.file, root); });
  const std::string home = is_here ? root : projectRoot(commonFolder(commands));
  return (std::filesystem::path(home) / store::kFolderName).string();
}

RunStore::RunStore(std::string folder, std::uint64_t models)
    : environment_(clang::getClangFullVersion() + " " + std::to_string(models)) {
  if (!folder.empty()) folder_.emplace(std::move(folder));
}

bool RunStore::find(const frontend::CompileCommand& command, frontend::Extraction& extraction) {
  if (!folder_) return false;
  const Key key = store::unitKey(command, environment_);
  const std::optional<std::string> payload = get(Entry::Unit, key);
  if (!payload) return false;
  std::optional<store::UnitEntry> entry = store::unitFromPayload(*payload);
  if (!entry) {
    say(folder_->fileOf(Entry::Unit, key) + " is damaged; it is made again.");
    return false;
  }
  for (frontend::FileAnswer& answer : entry->answers.list)
    if (!states_.stillTrue(answer)) return false;
  extraction = std::move(entry->extraction);
  folder_->touch(Entry::Unit, key);
  const std::lock_guard lock(mutex_);
  answers_.add(entry->answers);
  used_files_.insert(folder_->fileOf(Entry::Unit, key));
  ++found_count_;
  return true;
}

void RunStore::keep(const frontend::CompileCommand& command, const frontend::Extraction& extraction,
                    const frontend::FileAnswers& answers) {
  if (!folder_) return;
  if (answers.complete)
    put(Entry::Unit, store::unitKey(command, environment_),
        store::toPayload(store::UnitEntry{extraction, answers}));
  const std::lock_guard lock(mutex_);
  answers_.add(answers);
}

void RunStore::describeRun(const std::vector<frontend::CompileCommand>& commands,
                           const analysis::Options& options, const std::vector<std::string>& thread_roots) {
  if (!folder_) return;
  store::Writer all;
  all.text("run");
  all.raw(store::engineIdentity());
  all.number(commands.size());
  for (const frontend::CompileCommand& command : commands)
    all.raw(store::unitKey(command, environment_));
  all.number(options.max_disjuncts);
  all.number(options.max_cycle_length);
  all.number(options.max_cycles_per_group);
  all.number(options.library_intent ? 1 : 0);
  options_ = analysis::allOptionsText(options.rules);
  thread_roots_ = thread_roots;
  all.text(options_);
  all.number(thread_roots.size());
  for (const std::string& name : thread_roots)
    all.text(name);
  run_key_ = frontend::contentHash(all.bytes);
}

std::optional<store::RunEntry> RunStore::findRun() {
  const std::optional<std::string> payload = get(Entry::Run, run_key_);
  if (!payload) return std::nullopt;
  std::optional<store::RunEntry> entry = store::runFromPayload(*payload);
  if (!entry) {
    say(folder_->fileOf(Entry::Run, run_key_) + " is damaged; it is made again.");
    return std::nullopt;
  }
  for (frontend::FileAnswer& answer : entry->answers.list)
    if (!states_.stillTrue(answer)) return std::nullopt;
  // Files with new dates and old contents: written down, so that the next run need not read them.
  if (states_.readCount() > 0) put(Entry::Run, run_key_, store::toPayload(*entry));
  folder_->touch(Entry::Run, run_key_);
  contents_ = contentsOf(entry->answers);
  found_count_ = entry->unit_files.size();
  return entry;
}

void RunStore::keepRun(store::RunEntry entry) {
  if (!folder_) return;
  {
    const std::lock_guard lock(mutex_);
    entry.answers = answers_.all();
  }
  is_certain_ = entry.answers.complete;
  contents_ = contentsOf(entry.answers);
  if (is_certain_) put(Entry::Run, run_key_, store::toPayload(entry));
}

Key RunStore::fixesKey(const std::vector<analysis::Finding>& findings) const {
  store::RunEntry asked;
  asked.findings = findings;
  store::Writer all;
  all.text("fixes");
  all.raw(run_key_);
  all.raw(contents_);
  all.text(store::toPayload(asked));
  return frontend::contentHash(all.bytes);
}

std::optional<store::Fixes> RunStore::findFixes(const std::vector<analysis::Finding>& findings) {
  if (!folder_ || !is_certain_) return std::nullopt;
  const std::optional<std::string> payload = get(Entry::Run, fixesKey(findings));
  return payload ? store::fixesFromPayload(*payload) : std::nullopt;
}

void RunStore::keepFixes(const std::vector<analysis::Finding>& findings, const store::Fixes& fixes) {
  if (folder_ && is_certain_) put(Entry::Run, fixesKey(findings), store::toPayload(fixes));
}

std::string RunStore::programOf(const std::vector<frontend::CompileCommand>& commands,
                                const std::vector<std::string>& unit_failures, std::uint64_t events) const {
  store::Program program;
  program.events = events;
  program.thread_roots = thread_roots_;
  program.run = run_key_;
  program.engine = store::engineIdentity();
  program.options = options_;
  for (std::size_t i = 0; i < commands.size(); ++i)
    if (unit_failures[i].empty())
      program.units.push_back({commands[i].file, store::unitKey(commands[i], environment_)});
  return store::toPayload(program);
}

void RunStore::keepProgram(const std::string& payload) {
  if (!folder_ || get(Entry::Program, store::kProgramKey) == payload) return;
  put(Entry::Program, store::kProgramKey, payload);
}

std::vector<std::string> RunStore::finish(std::uint64_t limit_bytes) {
  if (folder_ && has_written_ && limit_bytes > 0) folder_->prune(limit_bytes, used_files_);
  return {sentences_.begin(), sentences_.end()};
}

std::optional<std::string> RunStore::get(Entry kind, const Key& key) {
  if (!folder_) return std::nullopt;
  store::Folder::Got got = folder_->get(kind, key);
  if (!got.problem.empty()) say(got.problem);
  return std::move(got.payload);
}

void RunStore::put(Entry kind, const Key& key, const std::string& payload) {
  {
    const std::lock_guard lock(mutex_);
    if (!prepared_) {
      prepared_ = true;
      if (std::string problem = folder_->prepare(); !problem.empty()) {
        sentences_.insert(std::move(problem));
        can_write_ = false;
      }
    }
    // Two units that both find the disk full write one time more, and one of them says so.
    if (!can_write_) return; // NOLINT(racecourse-check-then-act): asked again by the exchange below
  }
  std::string problem = folder_->put(kind, key, payload);
  const std::lock_guard lock(mutex_);
  if (problem.empty()) {
    has_written_ = true;
    used_files_.insert(folder_->fileOf(kind, key));
    return;
  }
  if (std::exchange(can_write_, false)) sentences_.insert(std::move(problem));
}

void RunStore::say(const std::string& sentence) {
  const std::lock_guard lock(mutex_);
  sentences_.insert(sentence);
}

} // namespace racecourse::tool
