// Typed indices. An id is meaningful only together with the table it indexes (a Unit's or a Program's); ids of
// two units must not be compared. Value types, trivially copyable, no ownership.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace racecourse::model {

/// An index into one table. Default-constructed ids are invalid ("none").
template <typename Tag> struct Id {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::uint32_t value = kNone;

  constexpr Id() = default;
  constexpr explicit Id(std::size_t v) : value(static_cast<std::uint32_t>(v)) {}
  constexpr bool valid() const { return value != kNone; }
  constexpr explicit operator bool() const { return valid(); }
  constexpr auto operator<=>(const Id&) const = default;
};

using StringId = Id<struct StringTag>;     ///< Unit::strings
using FileId = Id<struct FileTag>;         ///< Unit::files
using EntityId = Id<struct EntityTag>;     ///< Unit::entities
using PathId = Id<struct PathTag>;         ///< Unit::paths
using FunctionId = Id<struct FunctionTag>; ///< Unit::functions
using BlockId = Id<struct BlockTag>;       ///< Function::blocks
using EventId = Id<struct EventTag>;       ///< Function::events

} // namespace racecourse::model

template <typename Tag> struct std::hash<racecourse::model::Id<Tag>> {
  std::size_t operator()(racecourse::model::Id<Tag> id) const noexcept { return std::hash<std::uint32_t>{}(id.value); }
};
