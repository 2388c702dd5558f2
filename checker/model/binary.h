// The binary form of a unit: summary files. Compact (varints, shared prefixes of strings, only members that differ from
// their default), versioned and checksummed. Exact: fromBytes(toBytes(u)) equals u, id by id.
//
// Whatever is not such a file, whole and of this version, is refused with one sentence; no byte sequence makes reading
// undefined or lets an id out of range through (well_formed.h). Files are replaced as a whole, so a reader never sees
// half of one; there is no locking. Functions may be called from any thread. Cost: linear in the unit.
//
//   8 bytes  "Rcourse" 0x1a
//   u32      kVersion, little endian, as are all fixed-width numbers here
//   u64      length of the payload
//   u64      FNV-1a hash of everything above and of the payload
//   payload
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace racecourse::model {

/// Counts up with every change of what the bytes mean. Old versions are refused too: a summary is cheap to make again.
inline constexpr std::uint32_t kBinaryVersion = 2;

std::string toBytes(const Unit& unit);

struct Loaded {
  std::optional<Unit> unit;
  std::string failure; ///< without unit: one sentence that names what was read
};

/// `name` stands for the bytes in the sentence of a failure.
Loaded fromBytes(std::string_view bytes, std::string_view name);

/// Writes beside `path` and renames. Empty on success, else one sentence; then `path` is as it was.
std::string save(const Unit& unit, const std::string& path);
Loaded load(const std::string& path);

} // namespace racecourse::model
