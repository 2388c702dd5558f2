// Would the file system still answer as it did? Each question is asked once per run, however many units asked it. A file is
// read only when its stamp has changed, or tells nothing.
//
// Any number of threads may ask at once. Cost: one look per path, for all units together.
#pragma once

#include "checker/frontend/file_answers.h"

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace racecourse::store {

class FileStates {
public:
  /// True while the answer would be the same. The stamp of one that was read to find out is brought up to date.
  bool stillTrue(frontend::FileAnswer& answer);

  /// What a file holds, whatever the disk says and by whatever path somebody asks: the text in an editor. Before anything
  /// is asked.
  void give(const std::string& path, frontend::ContentHash hash);

  /// Files that were read to find out.
  std::size_t readCount() const { return read_count_; }

private:
  struct State {
    frontend::FileAnswer::Kind kind = frontend::FileAnswer::Kind::Absent; ///< Absent, Exists or Folder
    bool error = false;                                                   ///< nobody knows
    bool given = false;
    frontend::FileStamp stamp;
    bool settled = false;
    std::optional<frontend::ContentHash> contents, listing;
  };
  State look(const std::string& path);
  static void read(const std::string& path, State& state);
  static void list(const std::string& path, State& state);

  std::mutex mutex_;
  std::unordered_map<std::string, State> states_;
  std::unordered_map<std::uint64_t, frontend::ContentHash> given_; ///< by inode
  std::size_t read_count_ = 0;
};

} // namespace racecourse::store
