// What a program declares, and how its memory is named: places, files, entities and access paths. Plain values that
// refer to each other by id into the Unit they belong to (unit.h); no behaviour, no ownership, free to copy and to share
// between threads while nobody writes.
#pragma once

#include "checker/model/ids.h"

#include <cstdint>
#include <string>
#include <vector>

namespace racecourse::model {

/// A place in source text. line and column count from 1; line 0 means "unknown". For code that a macro expands to,
/// the place of the expansion.
struct Place {
  FileId file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Place&) const = default;
};

struct File {
  std::string path;    ///< absolute, lexically normalised
  bool system = false; ///< found through a system include path
  auto operator<=>(const File&) const = default;
};

// ---------------------------------------------------------------------------------------------------------------
// Entities: the declared things of the program.

enum class EntityKind : std::uint8_t {
  Global,      ///< namespace-scope variable or static data member
  StaticLocal, ///< function-local static
  Local,       ///< automatic variable that is captured, or has its address taken, or is a guard or handle
  Parameter,   ///< Entity::parent is the function, Entity::index its position
  Field,       ///< non-static data member; Entity::parent is the class
  Function,
  Type, ///< class, struct or union
};

/// What the concurrency analysis needs to know about a variable's or field's own type.
enum class TypeClass : std::uint8_t {
  Plain,
  Atomic,       ///< std::atomic, _Atomic, atomic_flag: single operations never race
  Const,        ///< never changes after initialisation
  ThreadLocal,  ///< one per thread: never shared under its own name
  Lock,         ///< mutex and the like; Entity::lock says which
  Synchroniser, ///< condition variable, queue, future, barrier, …: safe to share by design
  Guard,        ///< RAII guard object
  Handle,       ///< thread handle (std::thread, pthread_t, future)
};

enum class LockKind : std::uint8_t {
  None,
  Mutex,           ///< exclusive, not recursive
  Recursive,       ///< exclusive, recursive
  Shared,          ///< reader–writer, not recursive
  Spin,            ///< as Mutex
  BinarySemaphore, ///< one permit: excludes, but may be released by another thread
  Semaphore,       ///< more than one permit (or unknown): excludes nobody
  Unknown,         ///< lockable of unknown nature: assume recursive for self-deadlock
};

/// One declared thing. The key (usr, space) is the identity across units.
struct Entity {
  EntityKind kind = EntityKind::Global;
  TypeClass type_class = TypeClass::Plain;
  LockKind lock = LockKind::None;
  bool is_reference = false; ///< variable or parameter of reference type: names its referent, not itself
  bool is_pointer = false;   ///< raw or smart pointer, iterator, reference_wrapper: Deref reaches the pointee
  bool is_volatile = false;
  bool is_private = false;   ///< field or method that only the class itself (or friends) can name
  bool is_container = false; ///< standard container or string: mutating calls on it are writes
  bool in_system_header = false;
  StringId usr;            ///< Clang USR (locals: USR of the function + "@" + ordinal)
  StringId space;          ///< build namespace: none for external linkage, the unit's main file otherwise
  StringId name;           ///< for people: `Counter::value_`, `main()::total`
  StringId type_name;      ///< for people, spelled type of a variable or field; may be none
  EntityId parent;         ///< class of a field or method, function of a local or parameter, else none
  EntityId type;           ///< Type entity of the (pointed-to, contained) class of a variable; may be none
  std::uint32_t index = 0; ///< parameter position
  Place place;
  std::vector<EntityId> bases;     ///< of a Type: its direct base classes
  std::vector<EntityId> overrides; ///< of a Function: the methods it overrides directly
  /// Guards declared by annotation (GUARDED_BY, PT_GUARDED_BY as a path that starts with This for members). May be none.
  PathId guarded_by;
  PathId pt_guarded_by;
};

// ---------------------------------------------------------------------------------------------------------------
// Access paths.

enum class RootKind : std::uint8_t {
  Global, ///< entity: Global or StaticLocal
  Local, ///< entity: Local. A by-reference capture names the enclosing function's Local (or Parameter) itself
  Parameter, ///< entity: Parameter (also of an enclosing function, in a lambda). For reference parameters the root is
             ///< the referent; for pointers the pointee is root.Deref
  This,   ///< the object of the method `entity` (a Function; in a lambda, the enclosing method)
  Result, ///< what the call event `site` of function `entity` returned. References: the referent itself
  Alloc, ///< the object made by the allocation at event `site` of function `entity` (the object, not its address)
  Unknown, ///< nothing known; entity: the Type of the object, when known
};

enum class StepKind : std::uint8_t { Field, Deref, Index };

/// Step::index when it is no constant: any element; or elements that a loop or a draw of lots picks alike in whatever thread
/// runs it, so that two threads meet at them.
inline constexpr std::int64_t kAnyElement = -1;
inline constexpr std::int64_t kSameElements = -2;

struct Step {
  StepKind kind = StepKind::Deref;
  EntityId field;          ///< for Field
  std::int64_t index = -1; ///< for Index: the constant, kAnyElement or kSameElements
  auto operator<=>(const Step&) const = default;
};

/// The longest path kept exactly. Longer ones are widened: root Unknown(class), one Field step, widened = true.
inline constexpr std::size_t kMaxSteps = 5;

/// The name of a memory object. Smart pointers, iterators, optional and std::ref normalise to Deref; casts vanish;
/// derived-to-base is invisible. A pointer or reference local that is initialised once and never reassigned does not
/// occur: its initialiser's path stands in its place.
struct Path {
  RootKind root = RootKind::Unknown;
  bool widened = false;
  EntityId entity;
  EventId site;
  std::vector<Step> steps;
  auto operator<=>(const Path&) const = default;
};

} // namespace racecourse::model
