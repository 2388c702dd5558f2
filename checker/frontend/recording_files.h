// A file system that writes down what it is asked and what it answers (file_answers.h). Clang's driver, its header search
// and its file manager ask nothing past it, so what is written down is all that a parse depends on beside its command.
//
// Belongs to one extraction and one thread. Cost: a look at the file's stamp and a hash of its bytes per file read.
#pragma once

#include "checker/frontend/file_answers.h"

#include "llvm/Support/VirtualFileSystem.h"

#include <map>
#include <utility>

namespace racecourse::frontend {

class RecordingFiles : public llvm::vfs::ProxyFileSystem {
public:
  explicit RecordingFiles(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files)
      : ProxyFileSystem(std::move(files)) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine& path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine& path) override;
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine& path, std::error_code& error) override;

  /// What has been answered so far.
  FileAnswers answers() const;

  /// For the files that it hands out: all of `bytes` was read from `path`, which had `opened` when it was opened.
  void noteContents(const std::string& path, llvm::StringRef bytes, const llvm::vfs::Status* opened);

private:
  std::string absolute(const llvm::Twine& path) const;
  void note(FileAnswer answer);
  void noteError(const std::string& path, std::error_code error);

  std::map<std::pair<std::string, bool>, FileAnswer> answers_; ///< by path and "is a listing"
  bool complete_ = true;
};

} // namespace racecourse::frontend
