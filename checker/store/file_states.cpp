#include "checker/store/file_states.h"

#include "llvm/Support/MemoryBuffer.h"

#include <filesystem>

namespace racecourse::store {

using frontend::FileAnswer;
using frontend::FileType;
using Kind = frontend::FileAnswer::Kind;

FileStates::State FileStates::look(const std::string& path) {
  State state;
  const std::int64_t now_ns =
      frontend::nowNs(); // before the look: what is written after it has a later stamp
  switch (frontend::lookAt(path, state.stamp)) {
  case FileType::Absent: break;
  case FileType::Folder: state.kind = Kind::Folder; break;
  case FileType::Unknown: state.error = true; break;
  case FileType::Other: state.kind = Kind::Exists; break;
  case FileType::Regular:
    state.kind = Kind::Exists;
    state.settled = frontend::isSettled(state.stamp, now_ns);
    break;
  }
  return state;
}

void FileStates::read(const std::string& path, State& state) {
  const auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                                  /*IsVolatile=*/true);
  frontend::FileStamp after;
  if (!buffer || frontend::lookAt(path, after) != FileType::Regular) {
    state.error = true;
    return;
  }
  state.contents = frontend::contentHash({(*buffer)->getBufferStart(), (*buffer)->getBufferSize()});
  // What was read belongs to the stamp if nobody wrote meanwhile.
  state.settled = state.settled && after == state.stamp;
}

void FileStates::list(const std::string& path, State& state) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  if (error)
    state.error = true;
  else
    state.listing = frontend::listingHash(std::move(names));
}

bool FileStates::stillTrue(FileAnswer& answer) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = states_.try_emplace(answer.path);
  State& state = at->second;
  if (is_new) state = look(answer.path);
  if (state.error) return false;
  switch (answer.kind) {
  case Kind::Absent:
  case Kind::Exists:
  case Kind::Folder: return state.kind == answer.kind;
  case Kind::Listing:
    if (state.kind == Kind::Folder && !state.listing) list(answer.path, state);
    return state.listing == answer.hash;
  case Kind::Contents: break;
  }
  if (state.kind != Kind::Exists) return false;
  if (const auto text = given_.find(state.stamp.inode); text != given_.end())
    return text->second == answer.hash;
  if (state.stamp.size != answer.stamp.size) return false;
  if (answer.settled && state.stamp == answer.stamp) return true;
  if (!state.contents) {
    ++read_count_;
    read(answer.path, state);
  }
  if (state.error || state.contents != answer.hash) return false;
  answer.stamp = state.stamp;
  answer.settled = state.settled;
  return true;
}

void FileStates::give(const std::string& path, frontend::ContentHash hash) {
  const std::lock_guard lock(mutex_);
  frontend::FileStamp stamp;
  if (frontend::lookAt(path, stamp) == FileType::Regular) given_[stamp.inode] = hash;
}

} // namespace racecourse::store
