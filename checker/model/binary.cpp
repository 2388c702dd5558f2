// Writer, reader and files of the binary form. Both coders keep the same small state: the last place (events lie close
// together, so a line is a small difference) and the last string (names and paths share prefixes with their neighbour).
#include "checker/model/binary.h"

#include "checker/model/binary_layout.h"
#include "checker/model/well_formed.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <type_traits>

namespace racecourse::model {
namespace binary {
namespace {

constexpr std::string_view kMagic("Rcourse\x1a", 8);
constexpr std::size_t kHeaderBytes = 8 + 4 + 8 + 8;

std::uint64_t hashOf(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const char c : bytes)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

template <typename T> std::string fixed(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i)
    bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

template <typename T> T fixedAt(std::string_view bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value |= static_cast<T>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

template <typename T> constexpr bool kIsList = false;
template <typename T> constexpr bool kIsList<std::vector<T>> = true;

/// Equality for the "differs from its default" bit; blocks and the like are lists, whose default is empty.
template <typename T> bool isUsual(const T& value, const T& usual) {
  if constexpr (kIsList<T>)
    return value.empty();
  else
    return value == usual;
}

} // namespace

// Not in the unnamed namespace: binary_layout.h finds code() for their sake.
class Encoder {
public:
  std::string bytes;

  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      bytes += static_cast<char>(value | 0x80);
    bytes += static_cast<char>(value);
  }

  template <typename T> void code(const T& value) {
    if constexpr (std::is_enum_v<T>)
      number(static_cast<std::uint64_t>(value));
    else if constexpr (std::is_signed_v<T>)
      number(zigzag(value));
    else
      number(value);
  }
  template <typename Tag> void code(const Id<Tag>& id) { number(id ? std::uint64_t{id.value} + 1 : 0); }
  void code(const std::string& text) {
    const auto shared =
        std::mismatch(text.begin(), text.end(), last_.begin(), last_.end()).first - text.begin();
    number(static_cast<std::uint64_t>(shared));
    number(text.size() - static_cast<std::size_t>(shared));
    bytes.append(text, static_cast<std::size_t>(shared));
    last_ = text;
  }
  void code(const Place& place) {
    const std::int64_t lines = std::int64_t{place.line} - std::int64_t{place_.line};
    const bool file = place.file != place_.file;
    number(zigzag(lines) << 1 | (file ? 1 : 0));
    if (file) code(place.file);
    number(place.column);
    place_ = place;
  }
  template <typename T> void count(const T& list) { number(list.size()); }

  template <typename T, typename... Members> void record(const T& usual, const T& value, Members... members) {
    std::uint64_t present = 0;
    std::uint64_t bit = 1;
    ((present |= isUsual(value.*members, usual.*members) ? 0 : bit, bit <<= 1), ...);
    number(present);
    bit = 1;
    ((present & bit ? member(value.*members) : void(), bit <<= 1), ...);
  }

private:
  template <typename T> void member(const T& value) {
    if constexpr (!std::is_same_v<T, bool>) binary::code(*this, value); // a bool is said by its bit
  }

  std::string last_;
  Place place_;
};

class Decoder {
public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  bool atEnd() const { return at_ == bytes_.size(); }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == bytes_.size()) break;
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }

  template <typename T> void code(T& value) {
    const std::uint64_t read = number();
    if constexpr (std::is_enum_v<T>) {
      if (read > 0xff) fail(); // its own range is faultOf's business
      value = static_cast<T>(read);
    } else if constexpr (std::is_signed_v<T>) {
      value = unzigzag(read);
      static_assert(sizeof(T) == 8);
    } else {
      if (read > static_cast<T>(~T{0})) fail();
      value = static_cast<T>(read);
    }
  }
  template <typename Tag> void code(Id<Tag>& id) {
    const std::uint64_t read = number();
    if (read > Id<Tag>::kNone) fail();
    id = read == 0 || failed_ ? Id<Tag>() : Id<Tag>(read - 1);
  }
  void code(std::string& text) {
    const std::uint64_t shared = number();
    const std::uint64_t rest = number();
    if (shared > last_.size() || rest > bytes_.size() - at_) {
      fail();
      return;
    }
    last_.resize(shared);
    last_.append(bytes_.substr(at_, rest));
    at_ += rest;
    text = last_;
  }
  void code(Place& place) {
    const std::uint64_t head = number();
    const std::int64_t line = std::int64_t{place_.line} + unzigzag(head >> 1);
    if (line < 0 || line > std::int64_t{~std::uint32_t{0}}) fail();
    if (head & 1) code(place_.file);
    place_.line = failed_ ? 0 : static_cast<std::uint32_t>(line);
    code(place_.column);
    place = place_;
  }
  /// Every item is at least one byte, so a wrong count cannot ask for much more memory than the file is long.
  template <typename T> void count(T& list) {
    const std::uint64_t count = number();
    if (count > bytes_.size() - at_) fail();
    list.resize(failed_ ? 0 : count);
  }

  template <typename T, typename... Members> void record(const T& usual, T& value, Members... members) {
    const std::uint64_t present = number();
    if (present >> sizeof...(members) != 0) fail();
    std::uint64_t bit = 1;
    ((present & bit ? member(value.*members, usual.*members) : void(), bit <<= 1), ...);
  }

private:
  template <typename T> void member(T& value, const T& usual) {
    if constexpr (std::is_same_v<T, bool>)
      value = !usual;
    else
      binary::code(*this, value);
  }

  std::uint64_t fail() {
    failed_ = true;
    at_ = bytes_.size(); // nothing more can be read
    return 0;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::string last_;
  Place place_;
};

namespace {

std::uint64_t checksum(std::string_view header, std::string_view payload) {
  return hashOf(payload, hashOf(header.substr(0, kHeaderBytes - 8)));
}

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, Closer>;

/// A name beside `path` that no other writer uses: summaries of one file may be made by several processes at once.
std::string temporaryBeside(const std::string& path) {
  static std::atomic<std::uint64_t> count = 0;
  const auto now = std::chrono::high_resolution_clock::now().time_since_epoch().count();
  const auto here = reinterpret_cast<std::uintptr_t>(&count); // differs between processes, with the clock
  return path + "." + std::to_string(static_cast<std::uint64_t>(now) ^ here) + "." + std::to_string(++count) +
         ".tmp";
}

std::string errorText() {
  return std::generic_category().message(errno);
}

} // namespace
} // namespace binary

std::string toBytes(const Unit& unit) {
  binary::Encoder encoder;
  binary::code(encoder, unit);
  std::string bytes(binary::kMagic);
  bytes += binary::fixed(kBinaryVersion);
  bytes += binary::fixed(std::uint64_t{encoder.bytes.size()});
  bytes += binary::fixed(binary::checksum(bytes + std::string(8, '\0'), encoder.bytes));
  return bytes + encoder.bytes;
}

Loaded fromBytes(std::string_view bytes, std::string_view name) {
  Loaded result;
  const auto refuse = [&](const std::string& why) {
    result.failure = std::string(name) + " " + why;
    return std::move(result);
  };
  const std::size_t magic = std::min(bytes.size(), binary::kMagic.size());
  if (bytes.substr(0, magic) != binary::kMagic.substr(0, magic))
    return refuse("is not a Racecourse summary.");
  if (bytes.size() < binary::kHeaderBytes) return refuse("is cut short: not even its header is whole.");
  const auto version = binary::fixedAt<std::uint32_t>(bytes, 8);
  if (version != kBinaryVersion)
    return refuse("is a summary of format " + std::to_string(version) + "; this program knows format " +
                  std::to_string(kBinaryVersion) + ".");
  const auto length = binary::fixedAt<std::uint64_t>(bytes, 12);
  const std::string_view payload = bytes.substr(binary::kHeaderBytes);
  if (payload.size() < length)
    return refuse("is cut short: " + std::to_string(payload.size()) + " of " + std::to_string(length) +
                  " bytes.");
  if (payload.size() > length) return refuse("is damaged: bytes follow its end.");
  if (binary::fixedAt<std::uint64_t>(bytes, 20) != binary::checksum(bytes, payload))
    return refuse("is damaged: its checksum does not match.");
  // From here on only a writer with a bug, or malice, can be wrong. Both are refused as well.
  binary::Decoder decoder(payload);
  Unit unit;
  binary::code(decoder, unit);
  if (decoder.failed() || !decoder.atEnd()) return refuse("is damaged: its contents cannot be decoded.");
  if (const std::string fault = faultOf(unit); !fault.empty()) return refuse("is damaged: " + fault);
  unit.reindex();
  result.unit = std::move(unit);
  return result;
}

std::string save(const Unit& unit, const std::string& path) {
  const std::string bytes = toBytes(unit);
  const std::string temporary = binary::temporaryBeside(path);
  errno = 0;
  binary::OpenFile file(std::fopen(temporary.c_str(), "wbx"));
  if (!file) return "cannot write " + temporary + ": " + binary::errorText() + ".";
  const bool written =
      std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size() && std::fflush(file.get()) == 0;
  // A full disk may show only when the file is closed.
  std::string failure;
  if (!written) failure = binary::errorText();
  if (std::fclose(file.release()) != 0 && failure.empty()) failure = binary::errorText();
  std::error_code error;
  if (failure.empty()) {
    std::filesystem::rename(temporary, path, error);
    if (error) failure = error.message();
  }
  if (failure.empty()) return {};
  std::filesystem::remove(temporary, error);
  return "cannot write " + path + ": " + failure + ".";
}

Loaded load(const std::string& path) {
  Loaded result;
  errno = 0;
  const binary::OpenFile file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    result.failure = "cannot read " + path + ": " + binary::errorText() + ".";
    return result;
  }
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0;)
    bytes.append(buffer.data(), count);
  if (std::ferror(file.get())) {
    result.failure = "cannot read " + path + ": " + binary::errorText() + ".";
    return result;
  }
  return fromBytes(bytes, path);
}

} // namespace racecourse::model
