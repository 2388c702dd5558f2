// The words of the text form (text.h) for the values of enumerations and flags, and what a line means where
// it leaves something out. Both the writer and the reader use these, so they cannot disagree. Constant tables
// and pure functions.
#pragma once

#include "checker/model/unit.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace racecourse::model::text {

/// Word i of an enumeration names its value i.
template <typename E> std::span<const std::string_view> wordsOf();
template <> std::span<const std::string_view> wordsOf<EntityKind>();
template <> std::span<const std::string_view> wordsOf<TypeClass>();
template <> std::span<const std::string_view> wordsOf<LockKind>();
template <> std::span<const std::string_view> wordsOf<AccessKind>();
template <> std::span<const std::string_view> wordsOf<Mode>();
template <> std::span<const std::string_view> wordsOf<Flavour>();
template <> std::span<const std::string_view> wordsOf<GuardHow>();
template <> std::span<const std::string_view> wordsOf<EscapeHow>();
template <> std::span<const std::string_view> wordsOf<ValueKind>();
template <> std::span<const std::string_view> wordsOf<AtomicOp>();
template <> std::span<const std::string_view> wordsOf<Contract::Kind>();
template <> std::span<const std::string_view> wordsOf<Note::Kind>();

template <typename E> std::string_view wordFor(E value) {
  const auto words = wordsOf<E>();
  const auto at = static_cast<std::size_t>(value);
  return at < words.size() ? words[at] : std::string_view("?");
}
template <typename E> std::optional<E> valueFor(std::string_view word) {
  const auto words = wordsOf<E>();
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word) return static_cast<E>(i);
  return std::nullopt;
}

template <typename Owner> struct Flag {
  std::string_view word;
  bool Owner::* member;
};
std::span<const Flag<Entity>> entityFlags();
std::span<const Flag<Function>> functionFlags();
std::span<const Flag<Event>> eventFlags();

struct Bit {
  std::string_view word;
  std::uint16_t bit;
};
std::span<const Bit> callBits();
std::span<const Bit> spawnBits(); ///< without kSpawnInLoop: a spawn's in_loop says both
/// The flags that an event of this kind may have words for.
std::span<const Bit> bitsOf(EventKind kind);

/// Words that cannot begin a path, or mean a special root: a name spelled like one must be quoted.
bool isReserved(std::string_view word);

/// `value_` of `Counter::value_`.
std::string_view lastComponent(std::string_view name);
/// `Counter` of `Counter::value_`; empty if there is only one component.
std::string_view ownerOf(std::string_view name);

/// The class of the object at `path` as its declaration tells: of the last field, or of the root; Plain
/// behind a Deref.
TypeClass classOfObject(const Unit& unit, PathId path);
AtomicOp usualOp(TypeClass type_class, AccessKind access);
/// The method whose object `this` is in `function`: itself, or for a lambda the method around it. May be
/// none.
EntityId methodAround(const Unit& unit, const std::unordered_map<EntityId, FunctionId>& records,
                      EntityId function);
/// How far methodAround and the search for names go outwards; deeper nesting does not occur, cycles might.
inline constexpr int kMaxNesting = 16;

} // namespace racecourse::model::text
