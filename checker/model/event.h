// What a function does: a control-flow graph reduced to events on locks, threads and memory. Plain values that refer to
// each other by id into the Unit they belong to (unit.h) or the Function they stand in; no behaviour, no ownership.
#pragma once

#include "checker/model/entity.h"

namespace racecourse::model {

// ---------------------------------------------------------------------------------------------------------------
// Events.

enum class EventKind : std::uint8_t {
  Access,       ///< path is read or written; see Event::access. A write of a pointer or reference: value and value_kind
                ///< say, as for arguments, what it points to from now on
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
  HandleMove,   ///< value = thread handle that gives its thread away, path = the one that has it now (none: somewhere else)
  End,          ///< path = a local (or a parameter taken by value) whose life ends here, its destructor included
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
  kCallIo = 1 << 11,           ///< what it waits for is a file, a socket or a database: a lock may exist to take turns at it
  kCallDropsFuture = 1 << 12,  ///< returns a future that nothing ever looks at
  kCallUnbounded = 1 << 13,    ///< makes a queue without a bound
  kCallMakesPool = 1 << 14,    ///< makes a pool of threads
  kCallForks = 1 << 15,        ///< makes a child process that goes on in the same code; with kCallStoresArguments: prepares locks for that
};

/// Access: what a library's call on a container does to it.
enum AccessFlag : std::uint16_t {
  kAccessGrows = 1 << 0,    ///< adds elements
  kAccessUnlocked = 1 << 1, ///< opens a connection that takes no locks of its own
  kAccessLocked = 1 << 2,   ///< opens a connection that was asked to take its own lock around every call
  /// An atomic operation with memory_order_relaxed, in a unit without fences: it hands nothing over. Its own value is safe;
  /// what was written before the store need not be seen after the load ([atomics.order] in the C++ standard).
  kAccessRelaxed = 1 << 3,
};

/// Acquire, Release: by a member of the lock, so that the library's guards fit it.
enum LockFlag : std::uint16_t {
  kLockByMember = 1 << 0,
  kGuardGroup = 1 << 1, ///< GuardAcquire: one of several that are taken together: surely, and without waiting while holding
};

/// Event::rounds of what a loop does once per item of data or per request: nothing in the text bounds it.
inline constexpr std::uint32_t kRoundsPerItem = 0xffffffff;

/// What SetFlag knows of the value: `held = true` is known, `held = f()` is not.
enum SetFlagBits : std::uint16_t { kFlagKnown = 1 << 0, kFlagTrue = 1 << 1 };

enum SpawnFlag : std::uint16_t {
  kSpawnInLoop = 1 << 0,     ///< lexically inside a loop
  kSpawnDetached = 1 << 1,   ///< never joinable (detached attribute, pools that outlive the caller)
  kSpawnPool = 1 << 2,       ///< a task of a pool: may run at once with any other task of it
  kSpawnJoinsAtEnd = 1 << 3, ///< the handle's destructor joins (jthread, async's future)
  kSpawnDropsFuture = 1 << 4,///< its result is a future that nothing ever looks at
  kSpawnMaybeDetached = 1 << 5,///< started with attributes that nobody looked into: they may detach it
  kSpawnMustJoin = 1 << 7,     ///< the handle ends the program if it dies while it has the thread (std::thread)
  kSpawnKeepsResources = 1 << 8,///< what the thread used is kept until somebody joins or detaches it (pthread_create)
  kSpawnCarriesExceptions = 1 << 6,///< an exception of the entry is kept for whoever asks for the result
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
  std::uint16_t flags = 0;    ///< CallFlag, SpawnFlag, AccessFlag, LockFlag or SetFlagBits
  std::uint32_t rounds = 0;   ///< Call, Spawn: how often the loops around it run it, when the text tells; or kRoundsPerItem
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
  Child,  ///< true iff this process is the child that the fork at event `event` made
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

} // namespace racecourse::model
