#include "checker/frontend/recording_files.h"

namespace racecourse::frontend {

namespace vfs = llvm::vfs;

namespace {

/// A file on its way to Clang.
class RecordedFile : public vfs::File {
public:
  RecordedFile(std::unique_ptr<vfs::File> file, std::string path,
               llvm::IntrusiveRefCntPtr<RecordingFiles> files)
      : file_(std::move(file)), path_(std::move(path)), files_(std::move(files)) {}

  llvm::ErrorOr<vfs::Status> status() override {
    llvm::ErrorOr<vfs::Status> status = file_->status();
    if (!status || name_.empty()) return status;
    return vfs::Status::copyWithNewName(*status, name_);
  }

  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
  getBuffer(const llvm::Twine& name, std::int64_t size, bool null_terminated, bool is_volatile) override {
    const llvm::ErrorOr<vfs::Status> opened = file_->status();
    auto buffer = file_->getBuffer(name, size, null_terminated, is_volatile);
    if (buffer) files_->noteContents(path_, (*buffer)->getBuffer(), opened ? &*opened : nullptr);
    return buffer;
  }

  std::error_code close() override { return file_->close(); }

protected:
  void setPath(const llvm::Twine& path) override { name_ = path.str(); }

private:
  std::unique_ptr<vfs::File> file_;
  const std::string path_;
  std::string name_; ///< another one that an overlay gives it
  llvm::IntrusiveRefCntPtr<RecordingFiles> files_;
};

} // namespace

llvm::ErrorOr<vfs::Status> RecordingFiles::status(const llvm::Twine& path) {
  llvm::ErrorOr<vfs::Status> status = ProxyFileSystem::status(path);
  if (!status)
    noteError(absolute(path), status.getError());
  else
    note({absolute(path),
          status->isDirectory() ? FileAnswer::Kind::Folder : FileAnswer::Kind::Exists,
          false,
          {},
          {}});
  return status;
}

llvm::ErrorOr<std::unique_ptr<vfs::File>> RecordingFiles::openFileForRead(const llvm::Twine& path) {
  auto file = ProxyFileSystem::openFileForRead(path);
  std::string full = absolute(path);
  if (!file) {
    noteError(full, file.getError());
    return file;
  }
  if (const auto status = (*file)->status())
    note({full, status->isDirectory() ? FileAnswer::Kind::Folder : FileAnswer::Kind::Exists, false, {}, {}});
  return std::make_unique<RecordedFile>(std::move(*file), std::move(full), this);
}

vfs::directory_iterator RecordingFiles::dir_begin(const llvm::Twine& path, std::error_code& error) {
  const std::string full = absolute(path);
  std::vector<std::string> names;
  std::error_code end_error;
  vfs::directory_iterator at = ProxyFileSystem::dir_begin(path, error), end;
  if (error) {
    noteError(full, error);
    return at;
  }
  for (; !end_error && at != end; at.increment(end_error))
    names.push_back(llvm::StringRef(at->path()).rsplit('/').second.str());
  if (end_error)
    complete_ = false;
  else
    note({full, FileAnswer::Kind::Listing, false, listingHash(std::move(names)), {}});
  return ProxyFileSystem::dir_begin(path, error); // what was walked over cannot be walked again
}

FileAnswers RecordingFiles::answers() const {
  FileAnswers all;
  all.complete = complete_;
  for (const auto& [question, answer] : answers_)
    all.list.push_back(answer);
  return all;
}

void RecordingFiles::noteContents(const std::string& path, llvm::StringRef bytes, const vfs::Status* opened) {
  FileAnswer answer{path, FileAnswer::Kind::Contents, false, contentHash({bytes.data(), bytes.size()}), {}};
  // The stamp is worth something only if it belongs to what was read.
  if (lookAt(path, answer.stamp) == FileType::Regular && opened && opened->getSize() == answer.stamp.size &&
      bytes.size() == answer.stamp.size &&
      opened->getLastModificationTime().time_since_epoch() ==
          std::chrono::nanoseconds(answer.stamp.modified_ns))
    answer.settled = isSettled(answer.stamp, nowNs());
  answer.stamp.size = bytes.size();
  note(std::move(answer));
}

std::string RecordingFiles::absolute(const llvm::Twine& path) const {
  llvm::SmallString<256> full;
  path.toVector(full);
  static_cast<void>(makeAbsolute(full));
  return std::string(full);
}

void RecordingFiles::note(FileAnswer answer) {
  using Kind = FileAnswer::Kind;
  const auto [at, is_new] = answers_.try_emplace({answer.path, answer.kind == Kind::Listing}, answer);
  if (is_new) return;
  FileAnswer& known = at->second;
  if (known.kind == Kind::Exists && answer.kind == Kind::Contents)
    known = std::move(answer);
  else if (known.kind == Kind::Contents && answer.kind == Kind::Exists)
    return;
  else if (known.kind != answer.kind || known.hash != answer.hash)
    complete_ = false; // it changed while we looked
}

void RecordingFiles::noteError(const std::string& path, std::error_code error) {
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
    note({path, FileAnswer::Kind::Absent, false, {}, {}});
  else
    complete_ = false; // no permission, no more descriptors, …: it may work the next time
}

} // namespace racecourse::frontend
