// What the library functions and types of the world do with locks and threads, as data: read from checker/models/*.yaml
// (compiled in) and from the user's own files. It never looks at Clang's AST; the frontend asks by qualified name.
//
// Immutable after loading, so any number of threads may ask at once. Look-ups are one hash probe.
#pragma once

#include "checker/model/unit.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace racecourse::frontend {

/// What a call does. "subject" is the lock, guard, handle or container it is about: FunctionModel::subject.
enum class Role : std::uint8_t {
  None,       ///< only flags matter (known, blocking, invokes arguments, no return, …)
  Acquire,    ///< locks subject (all arguments from subject on when `variadic`: std::lock)
  Release,    ///< unlocks subject
  AssertHeld, ///< subject is held here
  Wait,       ///< subject: condition variable; lock_argument: the guard or lock released meanwhile
  Notify,
  Spawn, ///< runs entry_argument in a new thread
  Join,
  Detach,
  LockInit, ///< pthread_mutex_init and the like: no acquisition; initialises subject
  LockDestroy,
  Once,          ///< call_once: Callable arguments run once
  ContainerRead, ///< reading member of a container (begin, size, …)
  ContainerTest, ///< find, count, empty, contains, size: a reading member whose result invites check-then-act
  ContainerWrite, ///< mutating member
  Dereference,    ///< get(), operator->, operator*, value(): the pointee of subject
  Forward, ///< returns its subject: std::move, std::forward, std::ref, std::addressof, static casts by name
  MakeObject, ///< returns a fresh object of its template argument: make_shared, make_unique
  AtomicLoad,
  AtomicStore,
  AtomicUpdate,
  AtomicCompareExchange,
  GuardOwns,   ///< owns_lock, operator bool
  GuardDisown, ///< release()
  GuardSwap,
  ThrowOnly, ///< always throws
  Probe,     ///< test aid: argument 0 is a string literal
};

/// How a call tells that a Try or Timed acquisition worked.
enum class Success : std::uint8_t { Always, NonZero, Zero, MinusOne /**< std::try_lock, boost::try_lock */ };

/// What a call does with text in SQL.
enum class Sql : std::uint8_t {
  None,
  Open,    ///< gives `statement` (by address) the database that its text names
  Prepare, ///< gives `statement` (by address) its text
  Run,     ///< carries out its text; what was asked goes into `answer`
  Step,    ///< carries out `statement`; the result tells whether there is a row
  Column,  ///< hands out a part of the row that `statement` stands at
};

/// Stands for the receiver where -1 already has another meaning (handle_argument, lock_argument).
inline constexpr std::int8_t kReceiverArgument = -2;

struct FunctionModel {
  Role role = Role::None;
  model::Mode mode = model::Mode::Exclusive;
  model::Flavour flavour = model::Flavour::Blocking;
  Success success = Success::Always;
  std::int8_t subject = -1;       ///< argument index, or -1 for the receiver
  std::int8_t lock_argument = -1; ///< Wait: argument index of the lock or guard (-1: none, kReceiverArgument)
  std::int8_t predicate_argument =
      -1; ///< Wait: argument index of a predicate, when the call has that many arguments
  std::int8_t entry_argument = -1;       ///< Spawn: index of the callable
  std::int8_t first_bound_argument = -1; ///< Spawn: first argument passed on to the callable (-1: none)
  std::int8_t handle_argument =
      -1; ///< Spawn: argument that receives the handle by address (pthread_create 0), -1: the result or object under construction; kReceiverArgument: the pool or group
  bool c_linkage = false; ///< only a function with C linkage that the program does not define itself is meant
  bool variadic = false;
  std::int8_t kind_argument =
      -1;             ///< LockInit: attributes or type; anything but a plain null or 0 may make it recursive. Spawn: attributes
  std::int8_t permits_argument = -1; ///< LockInit: how many may hold it at once; 1 makes a semaphore exclude
  bool timed = false; ///< Wait: returns after a time at the latest
  bool element =
      false; ///< ContainerRead and ContainerWrite: the result refers to an element (at, front, operator[])
  bool grows = false; ///< ContainerWrite: adds elements
  std::int8_t capacity_argument =
      -1; ///< constructor of a queue: its bound; left out or 0, there is none (-1: not about a queue)
  std::uint16_t flags = 0;       ///< model::CallFlag (kCallKnown is implied by being modelled)
  std::uint16_t spawn_flags = 0; ///< model::SpawnFlag
  /// Opens a per-thread handle (subject receives it): the argument with flags, and which of their bits switch the library's
  /// own locking off or on.
  std::int8_t open_flags_argument = -1;
  std::uint32_t unlocked_bits = 0, locked_bits = 0;
  Sql sql = Sql::None;
  std::int8_t sql_text = -1, sql_statement = -1, sql_answer = -1; ///< argument indexes, -1: has none
  /// Spawn: the method that runs, of the class of entry_argument (-1: of the receiver): QThread::start runs "run". An
  /// entry argument whose class has no such method is itself the callable. Empty: the entry argument is the callable.
  std::string entry_method;
};

/// A type that, as a constructor argument of a guard, says how the guard starts.
enum class GuardTag : std::uint8_t { None, Adopt, Defer, Try };

/// A class (by qualified name of the template or class, inline namespaces left out: `std::lock_guard`).
struct TypeModel {
  model::TypeClass type_class = model::TypeClass::Plain;
  model::LockKind lock = model::LockKind::None;
  model::Mode guard_mode = model::Mode::Exclusive; ///< guards: how they take their lock
  GuardTag guard_tag = GuardTag::None;             ///< std::adopt_lock_t and the like
  bool pointer_like =
      false; ///< shared_ptr, unique_ptr, reference_wrapper, optional, iterators: * and -> reach the pointee
  bool container = false;             ///< const members read, others write, models may refine
  bool joins_at_end = false;          ///< handles: destructor joins
  bool must_join = false;             ///< handles: destructor ends the program while there is a thread to join
  bool locks_itself = false;          ///< per_thread: opened in the ordinary way, the library locks every single call
  bool per_thread = false;            ///< what it points to belongs to one thread at a time (a database connection)
  bool future = false;                ///< handles: somebody is meant to read a result from it
  bool guard_may_own_nothing = false; ///< unique_lock, shared_lock: constructible without a lock or deferred
  bool guard_unlocks = false;         ///< mirror guard: constructor releases, destructor acquires
  bool transparent_wrapper = false;   ///< pair, tuple: plain members
  bool c_linkage = false; ///< a C name: in C++ only what stands in extern "C" or a system header is meant
};

class Models {
public:
  /// The compiled-in models plus the user's `files`, plus `last`, the text of one more file. On a malformed file or unknown
  /// key: null and one sentence (file:line: …) in `error`.
  static std::shared_ptr<const Models> load(const std::vector<std::string>& files, std::string& error,
                                            const std::string& last = "");

  /// Name without inline namespaces and template arguments: "std::mutex::lock", "pthread_mutex_lock". For members not
  /// listed under their own class the caller asks for each base class. `argument_count` picks between overloads that
  /// the file distinguishes (0xff: any). Null: nothing known.
  const FunctionModel* function(std::string_view qualified_name, unsigned argument_count) const;
  /// Typedefs of C are types of their own (`pthread_spinlock_t`). A name with template arguments is tried as it is
  /// (`std::counting_semaphore<1>`), then without them.
  const TypeModel* type(std::string_view qualified_name) const;

  /// True for a namespace or function prefix whose bodies are known not to touch locks, threads or callbacks of the
  /// program (libc, most of std): an unmodelled function there is no imprecision.
  bool harmless(std::string_view qualified_name) const;

  /// A digest of everything loaded, for cache keys.
  std::uint64_t digest() const;

private:
  struct Tables;
  std::shared_ptr<const Tables> tables_;
};

} // namespace racecourse::frontend
