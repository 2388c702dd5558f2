// The model: what one translation unit does with threads, locks and memory, as plain values. It knows nothing of
// C++ syntax (the frontend translated it away) and nothing of findings. A linked program is a Unit too: linking
// merges entities with the same key and keeps one body per function (analysis/link.h).
//
// Everything is interned and refers to each other by id, so a Unit can be copied, moved, written and read as a whole.
// A Unit is a value: no thread may write it while another reads it. Text form: text.h; binary form: binary.h.
#pragma once

#include "checker/model/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
  bool is_reference = false;   ///< variable or parameter of reference type: names its referent, not itself
  bool is_pointer = false;     ///< raw or smart pointer, iterator, reference_wrapper: Deref reaches the pointee
  bool is_volatile = false;
  bool is_private = false;     ///< field or method that only the class itself (or friends) can name
  bool is_container = false;   ///< standard container or string: mutating calls on it are writes
  bool in_system_header = false;
  StringId usr;                ///< Clang USR (locals: USR of the function + "@" + ordinal)
  StringId space;              ///< build namespace: none for external linkage, the unit's main file otherwise
  StringId name;               ///< for people: `Counter::value_`, `main()::total`
  StringId type_name;          ///< for people, spelled type of a variable or field; may be none
  EntityId parent;             ///< class of a field or method, function of a local or parameter, else none
  EntityId type;               ///< Type entity of the (pointed-to, contained) class of a variable; may be none
  std::uint32_t index = 0;     ///< parameter position
  Place place;
  std::vector<EntityId> bases; ///< of a Type: its direct base classes
  std::vector<EntityId> overrides; ///< of a Function: the methods it overrides directly
  /// Guards declared by annotation (GUARDED_BY, PT_GUARDED_BY as a path that starts with This for members). May be none.
  PathId guarded_by;
  PathId pt_guarded_by;
};

// ---------------------------------------------------------------------------------------------------------------
// Access paths.

enum class RootKind : std::uint8_t {
  Global,    ///< entity: Global or StaticLocal
  Local,     ///< entity: Local. A by-reference capture names the enclosing function's Local (or Parameter) itself
  Parameter, ///< entity: Parameter (also of an enclosing function, in a lambda). For reference parameters the root is
             ///< the referent; for pointers the pointee is root.Deref
  This,      ///< the object of the method `entity` (a Function; in a lambda, the enclosing method)
  Result,    ///< what the call event `site` of function `entity` returned. References: the referent itself
  Alloc,     ///< the object made by the allocation at event `site` of function `entity` (the object, not its address)
  Unknown,   ///< nothing known; entity: the Type of the object, when known
};

enum class StepKind : std::uint8_t { Field, Deref, Index };

struct Step {
  StepKind kind = StepKind::Deref;
  EntityId field;          ///< for Field
  std::int64_t index = -1; ///< for Index: the constant, or -1 for "any element"
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

// ---------------------------------------------------------------------------------------------------------------
// Events.

enum class EventKind : std::uint8_t {
  Access,       ///< path is read or written; see Event::access
  Acquire,      ///< all of locks (together, deadlock-free, if more than one); mode, flavour
  Release,      ///< locks[0..]; by hand
  AssertHeld,   ///< locks are held here (assertion, annotation); mode
  GuardCreate,  ///< path = guard object; locks, mode, guard_how; flavour Try or Timed when guard_how is Acquire and may fail
  GuardAcquire, ///< guard.lock() / try_lock() (flavour); mode of the guard
  GuardRelease, ///< guard.unlock()
  GuardDisown,  ///< guard.release(): locks stay held, the guard forgets them
  GuardMove,    ///< value = source guard, path = destination guard (construction or assignment; target's old locks are released)
  GuardDestroy, ///< end of the guard's life: releases what it owns
  Call,         ///< callee, receiver, arguments. Its EventId is the site of RootKind::Result
  Spawn,        ///< callee runs in a new thread; path = handle (may be none), receiver and arguments as for Call. Without
                ///< callee, value names the variable that holds the entry
  Join,         ///< path = handle: that thread has ended after this
  Detach,       ///< path = handle
  Wait,         ///< condition wait: path = condition variable, locks[0] = lock released meanwhile and held again after (value = guard)
  Notify,       ///< path = condition variable
  Fresh,        ///< this event is the allocation site of RootKind::Alloc; path = that object
  Escape,       ///< path (an object) becomes reachable by other code; how
  Return,       ///< value/value_kind: what is returned (pointer, reference, guard); inputs: reads it depends on
  Throw,        ///< leaves by exception (not caught in this function)
  SetFlag,      ///< path = local flag variable that conditions test (Condition::path); flags: SetFlagBits
  Probe,        ///< test aid: label; the analysis reports the state here
};

enum class AccessKind : std::uint8_t { Read, Write, ReadWrite, AddressTaken };
enum class Mode : std::uint8_t { Exclusive, Shared };
enum class Flavour : std::uint8_t { Blocking, Try, Timed };
enum class GuardHow : std::uint8_t { Acquire, Adopt, Defer };
enum class EscapeHow : std::uint8_t { Stored, Captured, Passed, Returned, Published };

/// How an argument (or returned value) relates to the parameter it binds.
enum class ValueKind : std::uint8_t {
  None,     ///< nothing to know (numbers, unknown expressions)
  Object,   ///< denotes the object at path: reference to it, its address, a fresh allocation, std::ref
  Value,    ///< holds the same pointer as the pointer variable at path
  Copy,     ///< a private copy (by-value class or scalar): shares nothing. path may name what was copied
  Callable, ///< a function or lambda: callable names it
};

struct Argument {
  ValueKind kind = ValueKind::None;
  PathId path;
  EntityId callable;
  auto operator<=>(const Argument&) const = default;
};

/// What the world's functions do beyond what their events say. Set by the models (checker/models/*.yaml).
enum CallFlag : std::uint16_t {
  kCallVirtual = 1 << 0,       ///< dispatches dynamically: callee is the static target, overriders may run too
  kCallIndirect = 1 << 1,      ///< through a pointer: path names it; callee none unless the frontend resolved it
  kCallInvokesArguments = 1 << 2, ///< calls its Callable arguments now, on this thread (algorithms, call_once)
  kCallStoresArguments = 1 << 3,  ///< keeps its Callable arguments to be called later, by anyone
  kCallMayThrow = 1 << 4,      ///< the callee can throw as far as its declaration and model tell
  kCallBlocking = 1 << 5,      ///< sleeps, or waits for something outside (models)
  kCallKnown = 1 << 6,         ///< a model describes it completely: having no body is no imprecision
  kCallOnce = 1 << 7,          ///< its Callable arguments run at most once per process, before any return
  kCallContainerTest = 1 << 8, ///< find/count/empty/contains/size on the container at receiver
  kCallNoReturn = 1 << 9,      ///< does not return (abort, exit)
  kCallIgnoresShared = 1 << 10,///< reads its arguments in a way that never races by design (logging sinks, …)
};

/// What SetFlag knows of the value: `held = true` is known, `held = f()` is not.
enum SetFlagBits : std::uint16_t { kFlagKnown = 1 << 0, kFlagTrue = 1 << 1 };

enum SpawnFlag : std::uint16_t {
  kSpawnInLoop = 1 << 0,     ///< lexically inside a loop
  kSpawnDetached = 1 << 1,   ///< never joinable (detached attribute, pools that outlive the caller)
  kSpawnPool = 1 << 2,       ///< a task of a pool: may run at once with any other task of it
  kSpawnJoinsAtEnd = 1 << 3, ///< the handle's destructor joins (jthread, async's future)
};

enum class AtomicOp : std::uint8_t { None, Load, Store, Update, CompareExchange };

/// One thing that happens. Which members mean something depends on kind (see EventKind); the others stay default.
struct Event {
  EventKind kind = EventKind::Access;
  AccessKind access = AccessKind::Read;
  TypeClass type_class = TypeClass::Plain; ///< Access: of the object
  AtomicOp atomic = AtomicOp::None;        ///< Access to an atomic
  Mode mode = Mode::Exclusive;
  Flavour flavour = Flavour::Blocking;
  GuardHow guard_how = GuardHow::Acquire;
  EscapeHow escape = EscapeHow::Stored;
  ValueKind value_kind = ValueKind::None;
  bool initialises = false;   ///< Access: the write that a constructor's initialiser list or a declaration makes
  bool in_loop = false;       ///< Wait: lexically inside a loop that re-tests; others: inside any loop
  bool has_predicate = false; ///< Wait
  bool all_elements = false;  ///< Join: done for every element of the container in path
  bool by_library = false;    ///< Access made inside a library call on a container (mutating or reading member)
  std::uint16_t flags = 0;    ///< CallFlag or SpawnFlag
  Place place;
  PathId path;
  PathId value;
  PathId receiver;                ///< Call, Spawn: the object of a method call (what This becomes)
  EntityId callee;                ///< Call, Spawn: Function
  StringId label;                 ///< Probe; Call, Spawn: spelled callee or API name for people
  std::vector<PathId> locks;
  std::vector<Argument> arguments;
  std::vector<EventId> inputs;    ///< reads (Access or Call events) whose values flow into this write, call or return
};

/// What decides between a block's two successors (0: true, 1: false).
enum class ConditionKind : std::uint8_t {
  None,   ///< not understood
  Locked, ///< true iff the acquisition at event `event` (Try or Timed, by hand or by a guard) succeeded
  Owns,   ///< true iff the guard at `path` owns its locks now
  Flag,   ///< a pure test of values that nothing changes between tests: equal `key`s decide alike within a function. With
          ///< a path: a test of that local flag variable, as SetFlag events left it
};

struct Condition {
  ConditionKind kind = ConditionKind::None;
  bool negated = false;          ///< exchange the roles of the successors
  bool compares_identity = false;///< relational comparison of two addresses or ids (the address-ordered idiom)
  EventId event;
  PathId path;
  std::uint64_t key = 0;
  std::vector<EventId> reads; ///< Access and Call events whose values decide, also through local variables
};

/// A straight piece of code: events in order, then one of the successors. Block 0 is the entry; a block without
/// successors leaves the function (normally, unless it ends in Throw or a call that does not return).
struct Block {
  std::vector<EventId> events;
  std::vector<BlockId> successors;
  Condition condition; ///< meaningful with two successors
};

struct Contract {
  enum class Kind : std::uint8_t { Requires, Acquires, Releases, TryAcquires, Excludes, Asserts, ReturnsLock };
  Kind kind = Kind::Requires;
  Mode mode = Mode::Exclusive;
  bool success_value = true; ///< TryAcquires: the result that means success
  PathId lock;               ///< This- or Parameter-rooted in the declaring function's terms, or Global
};

struct Function {
  EntityId entity;
  EntityId this_type;       ///< class of a non-static method, else none
  EntityId enclosing;       ///< of a lambda: the function it stands in
  std::vector<EntityId> parameters;
  std::uint64_t body_hash = 0;
  bool is_constructor = false;
  bool is_destructor = false;
  bool is_virtual = false;
  bool is_lambda = false;
  bool is_main = false;
  bool is_exported = false;      ///< callable from other units (external linkage)
  bool is_private = false;       ///< private or protected method
  bool address_taken = false;    ///< may be called through a pointer (or stored as a callback)
  bool is_noexcept = false;
  bool runs_before_main = false; ///< initialiser of a static object
  bool analysis_off = false;     ///< NO_THREAD_SAFETY_ANALYSIS: events are trusted, rules stay silent in it
  bool in_system_header = false;
  bool widened = false;          ///< a cap of the frontend was hit: see Unit::notes
  Place place;
  Place end;
  std::vector<Contract> contracts; ///< trusted annotations; also present on functions without a body
  std::vector<Event> events;
  std::vector<Block> blocks;     ///< empty: declaration only
};

/// Something the frontend could not do exactly.
struct Note {
  enum class Kind : std::uint8_t {
    CapHit,
    UnsupportedSyntax,
    UnresolvedCall,
    UnmodelledPrimitive,
    DifferingBodies, ///< found by linking: two units have different bodies for one function
  };
  Kind kind = Kind::CapHit;
  EntityId function; ///< none: the whole unit
  Place place;
  std::string text; ///< one sentence
};

/// One translation unit, or a linked program.
class Unit {
public:
  std::string main_file;                ///< absolute; a linked program: the first unit's
  std::vector<std::string> dependencies;///< every file read to make this, sorted
  std::vector<std::string> strings;
  std::vector<File> files;
  std::vector<Entity> entities;
  std::vector<Path> paths;
  std::vector<Function> functions;
  std::vector<Note> notes;
  std::uint32_t lines = 0;              ///< non-system source lines read

  /// Interning. Amortised O(1); equal values give equal ids. intern(Entity) keys on (usr, space, kind) and returns the
  /// existing entity unchanged when there is one; the caller may then fill in what it knows better.
  StringId intern(std::string_view text);
  FileId intern(const File& file);
  PathId intern(const Path& path);
  EntityId intern(const Entity& entity);
  /// Rebuilds the interning tables after the vectors were filled directly (readers do this). O(size).
  void reindex();

  std::optional<EntityId> find(std::string_view usr, std::string_view space = {}) const;
  /// The first function of `entity`. O(1) for functions that were there at the last reindex(), else O(functions).
  std::optional<FunctionId> findFunction(EntityId entity) const;

  std::string_view text(StringId id) const { return id ? std::string_view(strings[id.value]) : std::string_view(); }
  const Entity& operator[](EntityId id) const { return entities[id.value]; }
  Entity& operator[](EntityId id) { return entities[id.value]; }
  const Path& operator[](PathId id) const { return paths[id.value]; }
  const File& operator[](FileId id) const { return files[id.value]; }
  const Function& operator[](FunctionId id) const { return functions[id.value]; }
  Function& operator[](FunctionId id) { return functions[id.value]; }

  /// `this->shards_[*].mu` as people write it. O(steps), and one findFunction() for a Result or Alloc root.
  std::string describe(PathId path) const;
  /// The same for a path that need not be in `paths`.
  std::string describe(const Path& path) const;

private:
  struct TextHash { // lets a string_view be looked up without a copy
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, StringId, TextHash, std::equal_to<>> string_ids_;
  std::unordered_map<std::string, FileId> file_ids_;
  std::unordered_map<std::string, PathId> path_ids_;
  std::unordered_map<std::string, EntityId> entity_ids_;
  std::unordered_map<EntityId, FunctionId> function_ids_;
};

} // namespace racecourse::model
