// Numbers and texts as bytes, for the payloads of the store: varints, texts that share their beginning with the one before
// (paths come sorted). A reader never reads past the end: whatever does not fit makes it failed() and everything after is
// empty. Values; one thread each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace racecourse::store {

class Writer {
public:
  std::string bytes;

  void number(std::uint64_t value);
  void difference(std::int64_t value); ///< small when near 0, on both sides
  void text(std::string_view value);
  void raw(std::span<const std::uint8_t> value); ///< the reader knows its length

private:
  std::string last_;
};

class Reader {
public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number();
  std::int64_t difference();
  std::string text();
  void raw(std::span<std::uint8_t> value);
  /// A length that a list may have: each of its items takes at least one byte.
  std::size_t count();
  std::string_view rest(); ///< what was not read; nothing is left after it

  void fail();
  bool failed() const { return failed_; }
  bool atEnd() const { return at_ == bytes_.size(); }

private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::string last_;
};

} // namespace racecourse::store
