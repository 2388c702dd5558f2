#include "checker/report/source_text.h"

#include <llvm/Support/MemoryBuffer.h>

namespace racecourse::report {

const std::vector<std::string_view>& SourceText::lines(const std::string& path) {
  // References to the map's elements stay valid when it grows, so `lines` may point into its own element's
  // text.
  auto [entry, is_new] = files_.try_emplace(path);
  File& file = entry->second;
  if (!is_new) return file.lines;
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer || (*buffer)->getBufferSize() > kLargestFile_bytes) return file.lines;
  file.text = (*buffer)->getBuffer().str();
  split(file);
  return file.lines;
}

void SourceText::give(const std::string& path, std::string text) {
  auto [entry, is_new] = files_.try_emplace(path);
  if (!is_new) return;
  entry->second.text = std::move(text);
  split(entry->second);
}

void SourceText::split(File& file) {
  std::string_view rest = file.text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    file.lines.push_back(line);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
}

std::string_view SourceText::line(const std::string& path, std::size_t number) {
  const auto& all = lines(path);
  return number == 0 || number > all.size() ? std::string_view() : all[number - 1];
}

} // namespace racecourse::report
