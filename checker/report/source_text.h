// The lines of the source files that findings point at, read when first asked for and kept. Reports quote
// them and suppressions are looked up in them. A file that cannot be read has no lines: a stored model may be
// analysed on a machine without the sources. Not for several threads at once. Borrowed lines live as long as
// the SourceText.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace racecourse::report {

class SourceText {
public:
  /// All lines without their ends, the first at index 0. Empty when the file cannot be read or is larger than
  /// kLargestFile_bytes.
  const std::vector<std::string_view>& lines(const std::string& path);

  /// What `path` is to hold, whatever the disk does: an editor's text. Before its lines are asked for.
  void give(const std::string& path, std::string text);

  /// Line `number`, counted from 1; empty when there is none.
  std::string_view line(const std::string& path, std::size_t number);

  /// Generated tables can be huge; nobody reads a quotation from those.
  static constexpr std::size_t kLargestFile_bytes = std::size_t{64} << 20;

private:
  struct File {
    std::string text;
    std::vector<std::string_view> lines; ///< into text
  };
  static void split(File& file);
  std::unordered_map<std::string, File> files_;
};

} // namespace racecourse::report
