// A growing piece of text without malloc, for reports and files. Its memory is mapped pages, returned at the end of
// its life. When there is no memory the text is cut and says so (complete() is false); nothing fails.
// Threads: one at a time. Safe in signal handlers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace racecourse::detail {

class Text {
public:
  Text() = default;
  ~Text();
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

  Text& operator<<(std::string_view part);
  Text& operator<<(std::uint64_t number);
  Text& operator<<(std::uint32_t number) { return *this << std::uint64_t{number}; }
  Text& hex(std::uintptr_t number);  ///< with 0x
  Text& json(std::string_view part); ///< quoted and escaped; invalid UTF-8 becomes '?'

  /// A code address, to be named by resolve() where that is allowed.
  Text& address(std::uintptr_t address);

  std::string_view view() const { return {data_, size_}; }
  bool complete() const { return complete_; }
  void clear() { size_ = 0; }

  /// Copies `raw` with each address() replaced by "symbol+0x12 (module+0x34)". Takes the loader's lock.
  void appendResolved(const Text& raw);

private:
  char* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
  bool complete_ = true;
};

/// All of it, unless the system refuses.
bool writeAll(int file, std::string_view text) noexcept;

/// The same, through `program symbolize`. False when nothing was written: the program is not there, or failed.
/// Starts a process that is no child of ours, and waits for it. Not for signal handlers.
bool writeSymbolized(const char* program, int file, std::string_view text) noexcept;

} // namespace racecourse::detail
