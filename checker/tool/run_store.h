// What `racecourse check` keeps from one run to the next (checker/store), as a run sees it: units are asked for and kept
// by any number of threads, finished analyses by the one that runs the phases. Without a folder it keeps nothing and
// knows nothing, so callers need not ask whether there is one. A store that fails costs time and one sentence, never a
// result.
#pragma once

#include "checker/analysis/solve.h"
#include "checker/frontend/extract.h"
#include "checker/store/file_states.h"
#include "checker/store/folder.h"
#include "checker/store/program.h"
#include "checker/store/run_entry.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace racecourse::tool {

struct Options;

/// Where the store of this run is; empty: it has none. --no-cache and --cache decide, then $RACECOURSE_STORE ("off" or a
/// folder); else it lies in the root of the project, but for a run over sources named on the command line, which is
/// about something beside the project. Paths are absolute.
std::string storeFolder(const Options& options, const std::string& folder, const std::string& root,
                        const std::vector<frontend::CompileCommand>& commands);

class RunStore {
public:
  /// `models`: digest of the library models. Empty `folder`: keeps nothing.
  RunStore(std::string folder, std::uint64_t models);

  bool isOn() const { return folder_.has_value(); }

  // ---- Units; from any thread

  /// True when the outcome is known and nothing that it was made from has changed.
  bool find(const frontend::CompileCommand& command, frontend::Extraction& extraction);
  /// After find() was false. Answers that are not complete mark the whole run as not to be kept.
  void keep(const frontend::CompileCommand& command, const frontend::Extraction& extraction,
            const frontend::FileAnswers& answers);
  std::size_t foundCount() const { return found_count_; }

  // ---- Finished analyses

  /// Names the run; before the others below.
  void describeRun(const std::vector<frontend::CompileCommand>& commands, const analysis::Options& options,
                   const std::vector<std::string>& thread_roots);
  std::optional<store::RunEntry> findRun();
  /// `entry` without answers, which are those of the units.
  void keepRun(store::RunEntry entry);
  std::optional<store::Fixes> findFixes(const std::vector<analysis::Finding>& findings);
  void keepFixes(const std::vector<analysis::Finding>& findings, const store::Fixes& fixes);
  /// The units of the whole program, for the doors: those that have a model.
  std::string programOf(const std::vector<frontend::CompileCommand>& commands,
                        const std::vector<std::string>& unit_failures, std::uint64_t events) const;
  void keepProgram(const std::string& payload);

  /// Removes what is too much; then the sentences about what went wrong, each once, sorted.
  std::vector<std::string> finish(std::uint64_t limit_bytes);

private:
  std::optional<std::string> get(store::Entry kind, const store::Key& key);
  void put(store::Entry kind, const store::Key& key, const std::string& payload);
  void say(const std::string& sentence);
  store::Key fixesKey(const std::vector<analysis::Finding>& findings) const;

  std::optional<store::Folder> folder_;
  const std::string environment_; ///< what extracting depends on beside the command and the files
  store::FileStates states_;
  store::Key run_key_{}, contents_{}; ///< what is run, and what was in the files
  std::string options_;               ///< of the rules, as text
  std::vector<std::string> thread_roots_;

  std::mutex mutex_; ///< for all below
  store::AnswerUnion answers_;
  std::set<std::string> used_files_, sentences_;
  bool prepared_ = false, can_write_ = true, has_written_ = false, is_certain_ = true;
  std::size_t found_count_ = 0;
};

} // namespace racecourse::tool
