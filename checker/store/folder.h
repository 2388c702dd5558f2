// The summary store on disk: a folder with one file per entry, named by the entry's key.
//
//   .racecourse/.gitignore, CACHEDIR.TAG   so that version control and backups pass it by
//   .racecourse/units/ab/cdef…             one unit: what was asked of the file system, and the model
//   .racecourse/runs/ab/cdef…              a finished analysis, or the repairs proposed in one
//   .racecourse/program                    the units of the last run over a whole program, for the editors' doors
//
// Each file is written beside its place and renamed, so nobody ever sees half of one, and a run that is killed leaves at
// most a file named *.tmp, which a later run removes. No locks: the last of two writers wins, and both wrote the truth.
// Whatever is not a whole entry of this version is refused with a sentence and replaced by the next write. Nothing in here
// is needed: the folder may be deleted at any time. Any number of threads and processes may use one folder.
#pragma once

#include "checker/frontend/file_answers.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace racecourse::store {

inline constexpr const char* kFolderName = ".racecourse";

using Key = frontend::ContentHash;

enum class Entry : std::uint8_t { Unit, Run, Program };

class Folder {
public:
  /// For reading only; the folder need not exist.
  explicit Folder(std::string path) : path_(std::move(path)) {}

  /// Makes the folder where it is missing. Empty, or a sentence why nothing can be written there.
  std::string prepare() const;

  struct Got {
    std::optional<std::string> payload; ///< none: there is no entry, or
    std::string problem;                ///< a sentence why it cannot be used
  };
  Got get(Entry kind, const Key& key) const;

  /// Empty, or a sentence; then what was there before is still there.
  std::string put(Entry kind, const Key& key, std::string_view payload) const;

  /// Counts as used now: the oldest are removed first.
  void touch(Entry kind, const Key& key) const;

  /// Removes the entries that were not used for longest until at most `limit_bytes` are left, and what killed runs left
  /// behind. Entries in `keep` stay. How many bytes there are now.
  std::uint64_t prune(std::uint64_t limit_bytes, const std::set<std::string>& keep) const;

  /// Where the entry is or would be.
  std::string fileOf(Entry kind, const Key& key) const;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// The nearest store from `folder` (absolute) upwards; empty when there is none.
std::string findStore(const std::string& folder);

/// Of the version of this program that makes units: equal for equal sources of the checker. The doors of all LLVM
/// versions agree on it.
Key extractionIdentity();
/// Of the version that makes findings.
Key engineIdentity();

} // namespace racecourse::store
