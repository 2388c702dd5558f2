#include "checker/store/bytes.h"

#include <algorithm>

namespace racecourse::store {

void Writer::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

void Writer::difference(std::int64_t value) {
  number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void Writer::text(std::string_view value) {
  const std::size_t shared = static_cast<std::size_t>(
      std::mismatch(value.begin(), value.end(), last_.begin(), last_.end()).first - value.begin());
  number(shared);
  number(value.size() - shared);
  bytes += value.substr(shared);
  last_ = value;
}

void Writer::raw(std::span<const std::uint8_t> value) {
  bytes.append(reinterpret_cast<const char*>(value.data()), value.size());
}

std::uint64_t Reader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == bytes_.size()) break;
    const auto byte = static_cast<unsigned char>(bytes_[at_++]);
    if (shift == 63 && byte > 1) break;
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  fail();
  return 0;
}

std::int64_t Reader::difference() {
  const std::uint64_t value = number();
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

std::string Reader::text() {
  const std::uint64_t shared = number();
  const std::uint64_t rest = number();
  if (shared > last_.size() || rest > bytes_.size() - at_) {
    fail();
    return {};
  }
  last_.resize(shared);
  last_.append(bytes_.substr(at_, rest));
  at_ += rest;
  return last_;
}

void Reader::raw(std::span<std::uint8_t> value) {
  if (value.size() > bytes_.size() - at_) {
    fail();
    return;
  }
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), value.size(), value.begin());
  at_ += value.size();
}

std::size_t Reader::count() {
  const std::uint64_t count = number();
  if (count > bytes_.size() - at_) fail();
  return failed_ ? 0 : static_cast<std::size_t>(count);
}

std::string_view Reader::rest() {
  const std::string_view rest = bytes_.substr(at_);
  at_ = bytes_.size();
  return rest;
}

void Reader::fail() {
  failed_ = true;
  at_ = bytes_.size();
}

} // namespace racecourse::store
