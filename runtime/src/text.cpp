#include "runtime/src/text.h"

#include "runtime/src/memory.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace racecourse::detail {

namespace {
constexpr std::size_t first_bytes = std::size_t{1} << 16;
constexpr char address_mark =
    '\x01'; // cannot come from a name: json() and printable() keep control characters out
} // namespace

Text::~Text() {
  if (data_) unmapPages(data_, capacity_);
}

Text& Text::operator<<(std::string_view part) {
  if (size_ + part.size() > capacity_) {
    std::size_t wanted = std::max(first_bytes, capacity_);
    while (wanted < size_ + part.size())
      wanted *= 2;
    char* larger = static_cast<char*>(mapPages(wanted));
    if (!larger) {
      complete_ = false;
      return *this;
    }
    if (data_) {
      memcpy(larger, data_, size_);
      unmapPages(data_, capacity_);
    }
    data_ = larger;
    capacity_ = wanted;
  }
  if (!part.empty()) memcpy(data_ + size_, part.data(), part.size());
  size_ += part.size();
  return *this;
}

Text& Text::operator<<(std::uint64_t number) {
  char digits[20];
  char* first = digits + sizeof digits;
  do
    *--first = static_cast<char>('0' + number % 10);
  while (number /= 10);
  return *this << std::string_view(first, static_cast<std::size_t>(digits + sizeof digits - first));
}

Text& Text::hex(std::uintptr_t number) {
  char digits[2 + 2 * sizeof number];
  char* first = digits + sizeof digits;
  do
    *--first = "0123456789abcdef"[number % 16];
  while (number /= 16);
  *--first = 'x';
  *--first = '0';
  return *this << std::string_view(first, static_cast<std::size_t>(digits + sizeof digits - first));
}

Text& Text::json(std::string_view part) {
  *this << "\"";
  for (std::size_t i = 0; i < part.size(); ++i) {
    auto byte = static_cast<unsigned char>(part[i]);
    if (byte == '"' || byte == '\\') {
      char escaped[2] = {'\\', part[i]};
      *this << std::string_view(escaped, 2);
    } else if (byte < 0x20 || byte == 0x7f) {
      char escaped[6] = {'\\', 'u', '0', '0', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
      *this << std::string_view(escaped, 6);
    } else if (byte < 0x80) {
      *this << part.substr(i, 1);
    } else {
      std::size_t length = byte >= 0xf0 && byte < 0xf5   ? 4
                           : byte >= 0xe0 && byte < 0xf0 ? 3
                           : byte >= 0xc2 && byte < 0xe0 ? 2
                                                         : 0;
      bool valid = length != 0 && i + length <= part.size();
      for (std::size_t k = 1; valid && k < length; ++k)
        valid = (static_cast<unsigned char>(part[i + k]) & 0xc0) == 0x80;
      *this << (valid ? part.substr(i, length) : std::string_view("?"));
      if (valid) i += length - 1;
    }
  }
  return *this << "\"";
}

Text& Text::address(std::uintptr_t address) {
  char raw[1 + sizeof address];
  raw[0] = address_mark;
  memcpy(raw + 1, &address, sizeof address);
  return *this << std::string_view(raw, sizeof raw);
}

void Text::appendResolved(const Text& raw) {
  std::string_view rest = raw.view();
  while (!rest.empty()) {
    std::size_t mark = rest.find(address_mark);
    *this << rest.substr(0, mark);
    if (mark == std::string_view::npos || rest.size() < mark + 1 + sizeof(std::uintptr_t)) break;
    std::uintptr_t address;
    memcpy(&address, rest.data() + mark + 1, sizeof address);
    rest.remove_prefix(mark + 1 + sizeof address);
    Dl_info info{};
    // A return address may stand just behind its function when that never returns; look one byte before it.
    if (dladdr(reinterpret_cast<void*>(address - 1), &info) == 0 || !info.dli_fname) {
      hex(address);
      continue;
    }
    if (info.dli_sname) {
      *this << info.dli_sname << "+";
      hex(address - reinterpret_cast<std::uintptr_t>(info.dli_saddr));
      *this << " ";
    }
    // The loader knows the program by the name it was started with, which may be relative to a folder long left.
    char self[512];
    ssize_t length = info.dli_fname[0] == '/' ? 0 : readlink("/proc/self/exe", self, sizeof self);
    std::string_view file = info.dli_fname;
    if (length > 0) file = {self, static_cast<std::size_t>(length)};
    *this << "(" << file << "+";
    hex(address - 1 - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
    *this << ")";
  }
}

bool writeAll(int file, std::string_view text) noexcept {
  while (!text.empty()) {
    ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

} // namespace racecourse::detail
