#include "checker/frontend/file_answers.h"

#include "llvm/Support/BLAKE3.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sys/stat.h>

namespace racecourse::frontend {

ContentHash contentHash(std::string_view bytes) {
  llvm::BLAKE3 hasher;
  hasher.update(llvm::StringRef(bytes.data(), bytes.size()));
  const auto result = hasher.final<sizeof(ContentHash)>();
  ContentHash hash;
  std::memcpy(hash.data(), result.data(), hash.size());
  return hash;
}

FileType lookAt(const std::string& path, FileStamp& stamp) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0)
    return errno == ENOENT || errno == ENOTDIR ? FileType::Absent : FileType::Unknown;
  if (S_ISDIR(status.st_mode)) return FileType::Folder;
  if (!S_ISREG(status.st_mode)) return FileType::Other;
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  stamp = {static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_mtim),
           nanoseconds(status.st_ctim), static_cast<std::uint64_t>(status.st_ino)};
  return FileType::Regular;
}

bool isSettled(const FileStamp& stamp, std::int64_t now_ns) {
  constexpr std::int64_t kCoarsestStep_ns = 2'000'000'000;
  return std::max(stamp.modified_ns, stamp.changed_ns) + kCoarsestStep_ns < now_ns;
}

std::int64_t nowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

ContentHash listingHash(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string all;
  for (const std::string& name : names)
    all.append(name).push_back('\0'); // the one character that no name has
  return contentHash(all);
}

} // namespace racecourse::frontend
