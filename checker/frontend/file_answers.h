// What an extraction asked the file system and was told: which files it read and what they held, which names were not
// there, which folders it listed. While all of it would be answered the same, extracting again gives the same unit; that is
// what the summary store (checker/store) goes by. A header that appears earlier in the include path is seen, because
// its absence was an answer.
//
// Plain values and pure functions but for lookAt, which asks the file system. Any thread may call.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::frontend {

/// The first 128 bits of BLAKE3.
using ContentHash = std::array<std::uint8_t, 16>;

ContentHash contentHash(std::string_view bytes);

/// When a file was last touched, as the file system tells it: equal stamps save reading the file.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0, changed_ns = 0; ///< since 1970
  std::uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;
};

enum class FileType : std::uint8_t { Absent, Regular, Folder, Other, Unknown /**< an error of the disk or of rights */ };

/// What lies at `path`; of a regular file also its stamp.
FileType lookAt(const std::string& path, FileStamp& stamp);

/// The file was at rest when the stamp was taken at `now_ns`: whatever writes to it later has another stamp. File systems
/// count time in steps, and the coarsest step is two seconds.
bool isSettled(const FileStamp& stamp, std::int64_t now_ns);
std::int64_t nowNs();

struct FileAnswer {
  enum class Kind : std::uint8_t {
    Absent,
    Exists,   ///< and is no folder; nobody looked into it
    Folder,   ///< exists
    Contents, ///< a file that was read: hash, stamp
    Listing,  ///< a folder whose names were read: hash of the sorted names
  };
  std::string path; ///< absolute, not normalised: `..` behind a symbolic link means what it meant
  Kind kind = Kind::Absent;
  bool settled = false; ///< Contents: stamp tells as much as the hash
  ContentHash hash{};
  FileStamp stamp;
};

/// The hash that a Listing has for these names.
ContentHash listingHash(std::vector<std::string> names);

struct FileAnswers {
  std::vector<FileAnswer> list; ///< by path and kind, no two equal in both
  /// False: something was answered that cannot be asked again (two answers to one question, an error of the disk).
  bool complete = false;
};

} // namespace racecourse::frontend
