// An entry's file: 8 bytes "Rcstore" 0x1a, one byte kFormat, one byte kind, the key, the identity of who wrote it, the
// length and the hash of the payload, the payload. The key stands in the file too, so that one that was renamed or copied by
// hand is refused.
#include "checker/store/folder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace racecourse::store {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic("Rcstore\x1a", 8);
constexpr char kFormat = 1;
constexpr std::size_t kHeader_bytes = 8 + 1 + 1 + 16 + 16 + 8 + 16;
constexpr std::size_t kLargestEntry_bytes = std::size_t{1} << 30;
constexpr auto kForgotten = std::chrono::hours(1);

std::string_view asText(const Key& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

std::string header(Entry kind, const Key& key, std::string_view payload) {
  std::string bytes(kMagic);
  bytes += kFormat;
  bytes += static_cast<char>(kind);
  bytes += asText(key);
  bytes += asText(extractionIdentity());
  for (unsigned shift = 0; shift < 64; shift += 8)
    bytes += static_cast<char>(std::uint64_t{payload.size()} >> shift);
  bytes += asText(frontend::contentHash(payload));
  return bytes;
}

std::string errorText(int error) {
  return std::strerror(error);
}

/// Writes all of it, or says what the system said.
int writeAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Beside `path` first. 0, or the system's error.
int replaceFile(const std::string& path, std::string_view head, std::string_view body) {
  llvm::SmallString<256> draft;
  int descriptor = -1;
  if (const std::error_code error =
          llvm::sys::fs::createUniqueFile(path + ".%%%%%%%%.tmp", descriptor, draft))
    return error.value();
  int problem = writeAll(descriptor, head);
  if (problem == 0) problem = writeAll(descriptor, body);
  // Some file systems tell of a full disk only here.
  if (::close(descriptor) != 0 && problem == 0) problem = errno;
  if (problem == 0 && ::rename(draft.c_str(), path.c_str()) != 0) problem = errno;
  if (problem != 0) ::unlink(draft.c_str());
  return problem;
}

} // namespace

std::string Folder::prepare() const {
  const auto refuse = [&](int error) {
    return "the store " + path_ + " cannot be written: " + errorText(error) +
           "; nothing of this run is kept.";
  };
  if (const std::error_code error = llvm::sys::fs::create_directories(path_)) return refuse(error.value());
  if (::access(path_.c_str(), W_OK | X_OK) != 0) return refuse(errno);
  const std::pair<const char*, std::string_view> marks[] = {
      {".gitignore", "*\n"},
      {"CACHEDIR.TAG",
       "Signature: 8a477f597d28d172789f06886806bc55\n# Made by racecourse check; may be deleted.\n"}};
  for (const auto& [name, text] : marks) {
    const std::string file = path_ + "/" + name;
    if (!llvm::sys::fs::exists(file))
      if (const int error = replaceFile(file, text, {})) return refuse(error);
  }
  return {};
}

std::string Folder::fileOf(Entry kind, const Key& key) const {
  if (kind == Entry::Program) return path_ + "/program";
  const std::string name =
      llvm::toHex(llvm::ArrayRef<std::uint8_t>(key.data(), key.size()), /*LowerCase=*/true);
  return path_ + (kind == Entry::Unit ? "/units/" : "/runs/") + name.substr(0, 2) + "/" + name.substr(2);
}

Folder::Got Folder::get(Entry kind, const Key& key) const {
  Got got;
  const std::string file = fileOf(kind, key);
  const auto refuse = [&](const std::string& why) {
    got.problem = file + " " + why + "; it is made again.";
    return got;
  };
  // Anything may lie there: a folder, a pipe that nobody writes to, a file without end.
  llvm::sys::fs::file_status status;
  if (const std::error_code error = llvm::sys::fs::status(file, status)) {
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) return got;
    return refuse("cannot be read: " + error.message());
  }
  if (!llvm::sys::fs::is_regular_file(status)) return refuse("is no file");
  if (status.getSize() > kLargestEntry_bytes) return refuse("is too large for an entry of the store");
  const auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                                  /*IsVolatile=*/true);
  if (!buffer) return refuse("cannot be read: " + buffer.getError().message());
  const std::string_view bytes((*buffer)->getBufferStart(), (*buffer)->getBufferSize());
  const std::size_t known = std::min(bytes.size(), kMagic.size());
  if (bytes.substr(0, known) != kMagic.substr(0, known)) return refuse("is not an entry of the store");
  if (bytes.size() < kHeader_bytes) return refuse("is cut short");
  if (bytes[8] != kFormat) return refuse("has another format");
  const std::string_view payload = bytes.substr(kHeader_bytes);
  const std::string expected = header(kind, key, payload);
  if (bytes.substr(0, 26) != std::string_view(expected).substr(0, 26)) return refuse("is another entry's");
  if (bytes.substr(26, 16) != std::string_view(expected).substr(26, 16))
    return refuse("was written by another version of racecourse");
  if (bytes.substr(42, 8) != std::string_view(expected).substr(42, 8))
    return refuse("is cut short or too long");
  if (bytes.substr(50, 16) != std::string_view(expected).substr(50, 16)) return refuse("is damaged");
  got.payload = payload;
  return got;
}

std::string Folder::put(Entry kind, const Key& key, std::string_view payload) const {
  const std::string file = fileOf(kind, key);
  const std::string head = header(kind, key, payload);
  int problem = replaceFile(file, head, payload);
  if (problem != 0) {
    // The usual reason is that its folder is not there yet; another, that something else lies in its place.
    static_cast<void>(llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file)));
    if (llvm::sys::fs::is_directory(file)) static_cast<void>(llvm::sys::fs::remove_directories(file));
    problem = replaceFile(file, head, payload);
  }
  if (problem == 0) return {};
  return "the store " + path_ + " cannot be written: " + errorText(problem) +
         "; what this run finds out is not kept from here on.";
}

void Folder::touch(Entry kind, const Key& key) const {
  static_cast<void>(::utimensat(AT_FDCWD, fileOf(kind, key).c_str(), nullptr, 0));
}

std::uint64_t Folder::prune(std::uint64_t limit_bytes, const std::set<std::string>& keep) const {
  struct File {
    fs::file_time_type used;
    std::string path;
    std::uint64_t size;
  };
  std::vector<File> files;
  std::uint64_t total_bytes = 0;
  const auto forgotten = fs::file_time_type::clock::now() - kForgotten;
  std::error_code error;
  for (fs::recursive_directory_iterator at(path_, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone; // another run may be removing too
    if (at->is_symlink(gone) || !at->is_regular_file(gone)) continue;
    const File file{at->last_write_time(gone), at->path().string(), at->file_size(gone)};
    if (gone) continue;
    if (file.path.ends_with(".tmp")) {
      if (file.used < forgotten) fs::remove(at->path(), gone);
    } else if (at.depth() > 0) {
      total_bytes += file.size;
      files.push_back(file);
    }
  }
  if (total_bytes <= limit_bytes) return total_bytes;
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used < b.used; });
  // A little more than needed, so that the next run need not begin with it again.
  const std::uint64_t goal_bytes = limit_bytes - limit_bytes / 8;
  for (const File& file : files) {
    if (total_bytes <= goal_bytes) break;
    if (keep.contains(file.path)) continue;
    if (fs::remove(file.path, error)) total_bytes -= file.size;
  }
  return total_bytes;
}

std::string findStore(const std::string& folder) {
  for (fs::path here = folder; !here.empty(); here = here.parent_path()) {
    std::error_code error;
    if (fs::is_directory(here / kFolderName, error)) return (here / kFolderName).string();
    if (here == here.root_path()) break;
  }
  return {};
}

} // namespace racecourse::store
