// Facts: everything the flow part of the analysis knows about a linked program, for the rules to judge: who
// calls what in which thread, which locks are held, which threads may be running, and which memory a path
// names.
//
// Terms. A *path* (PathId) speaks in the terms of one function (This, Parameter, …), see model/unit.h. A
// *place* (PlaceId) is what a path names in a context: the same shape of value with roots Global, Local and
// Alloc for proved objects, and This (entity = the class), Parameter, Result, Unknown for "some object we
// could not name" (symbolic). A *context* is one function as run by one thread root. States are those just
// BEFORE an event takes effect, joined over all ways there: `must` is held on every way, `may` on at least
// one. Claim "held" from must and "not held" from may.
//
// Never judges, never prints. Immutable after build(): any number of threads may read it; the small memo
// tables inside are not synchronised, so one Facts belongs to one thread at a time. References and spans live
// as long as the Facts, which in turn borrows the program. Queries are O(1) or near unless they say
// otherwise; the ones that build strings are for findings only.
#pragma once

#include "checker/analysis/finding.h"
#include "checker/analysis/programs.h"
#include "checker/analysis/solve.h"
#include "checker/model/unit.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace racecourse::analysis {

using PlaceId = model::Id<struct PlaceTag>;       ///< Facts::place
using PlaceSetId = model::Id<struct PlaceSetTag>; ///< Facts::places: sorted, at most 8; empty: nothing known
using LocksetId = model::Id<struct LocksetTag>;   ///< Facts::lockset
using ThreadId = model::Id<struct ThreadRootTag>; ///< Facts::thread
using ContextId = model::Id<struct ContextTag>;   ///< Facts::context

/// Where execution starts. Several running threads may share one root (see `many`).
struct ThreadRoot {
  enum class Kind : std::uint8_t {
    Main,    ///< main() and, before it, the initialisers of static objects
    Spawned, ///< one Spawn event
    Intent,  ///< "any caller of a class that locks": library code, several at a time
    Unknown, ///< functions nobody calls (callbacks, dead code), stored callbacks. Never sole evidence
  };
  Kind kind = Kind::Main;
  bool many = false;         ///< two threads of this root may run at the same time
  bool mixed = false;        ///< its entry runs one of several functions that it is given: which, and when, is not known
  ProgramId program = 0;     ///< the only program it runs in (programs.h); 0: any
  model::EntityId entry;     ///< Spawned: the function the thread runs. Else none
  model::FunctionId spawner; ///< Spawned: the function with the Spawn event …
  model::EventId spawn;      ///< … and the event
  model::Place place;        ///< Spawned: of the Spawn event
};

/// How much a context proves on its own.
enum class Evidence : std::uint8_t {
  Proved, ///< reached from main or a spawn through resolved calls
  Intent, ///< "any caller" of a class that shows that it wants to be shared: medium at best
  Unsure, ///< only by stored or unknown callbacks, dead code, or on ways that end the process: never sole evidence
};

/// One function as run by one thread root.
struct Context {
  model::FunctionId function;
  ThreadId thread;
  Evidence evidence = Evidence::Proved;
  ContextId caller;    ///< one way here: the calling (or, at a thread's entry, the spawning) context …
  model::EventId call; ///< … and its Call or Spawn event. None for main, Intent and Unknown entries
  bool fresh_receiver =
      false; ///< on every way here This is an object no other thread can reach yet (or any more)
  LocksetId entry_must;
  LocksetId entry_may;
};

/// One held lock. In a context's terms, so never compare the ids of two contexts: ask sameLock or commonLock.
struct HeldLock {
  model::PathId
      path; ///< in the terms of the context's function; none: held by a caller and not expressible here
  PlaceSetId places; ///< what path names in the context; a foreign lock keeps its caller's
  model::Mode mode = model::Mode::Exclusive;
  model::LockKind kind = model::LockKind::Unknown;
  std::uint8_t depth = 1; ///< times acquired (recursive locks)
  bool by_hand = false;   ///< not owned by a guard object
  bool at_entry = false;  ///< held by the caller already
  model::EventId since;   ///< critical-section epoch: the event of this function (Acquire, Guard…, Wait, or a
                          ///< Call whose callee acquires) that began it; none: at entry, or several possible
  auto operator<=>(const HeldLock&) const = default;
};

/// The state just before one event in one context.
struct PointState {
  bool reachable = false;
  bool owned = false; ///< Access only: the object is not (yet, or no longer) shared with another thread
  LocksetId must;
  LocksetId may;
};

/// A point in an execution. Most queries take two of them.
struct Point {
  ContextId context;
  model::EventId event;
  auto operator<=>(const Point&) const = default;
};

enum class Same : std::uint8_t { No, Maybe, Same };

struct CommonLock {
  HeldLock first, second; ///< as held at the two points
  bool certain = false;   ///< held on all ways at both, and proved to be one lock object
};

/// A way out of a function, in one context.
struct Exit {
  model::BlockId block;
  bool by_throw = false;
  model::Place place; ///< of the last event of the block, else the function's end
  LocksetId must;     ///< held when leaving, guards that die here already released
  LocksetId may;
};

/// What calling a function does to the locks of its caller, in the function's own terms (bottom-up, all exits
/// that return).
struct LockEffect {
  model::PathId lock;
  model::Mode mode = model::Mode::Exclusive;
  bool acquires = true; ///< else releases a lock the caller held
  bool always = true;   ///< on every way that returns (must); else on some (may)
  auto operator<=>(const LockEffect&) const = default;
};

/// A variable read or written inside a critical section that the function itself opens (own terms, callees'
/// translated).
struct SectionUse {
  model::PathId lock;
  model::PathId variable;
  model::EventId begin; ///< Acquire/Guard event, or the Call that contains the whole section
  model::EventId at;    ///< the Access, or the Call that contains it
  bool write = false;
  bool returned = false;       ///< a read whose value flows into what the function returns
  bool container_test = false; ///< the read is a find/count/empty on a container
  auto operator<=>(const SectionUse&) const = default;
};

struct Summary {
  std::vector<LockEffect> effects;  ///< sorted. Empty for almost all functions
  std::vector<SectionUse> sections; ///< sorted, at most 64
  bool acquires_any = false;        ///< it or a callee acquires some lock
  bool certainly_throws =
      false; ///< some way reaches a Throw that is not caught, here or in a callee with a body
  bool compares_identity = false; ///< has the address-ordered idiom
};

class Facts {
public:
  /// Runs call graph, summaries, flow, contexts, ownership and may-run-together. The program must outlive the
  /// Facts.
  static Facts build(const model::Unit& program, const Options& options);
  Facts(Facts&&) noexcept;
  Facts& operator=(Facts&&) noexcept;
  ~Facts();

  const model::Unit& program() const;
  const Options& options() const;

  // Functions, contexts, threads. Ids count from 0; their order is deterministic.
  std::size_t contextCount() const;
  const Context& context(ContextId) const;
  const model::Function& function(ContextId id) const;
  const model::Event& event(Point p) const;
  std::span<const ContextId> contextsOf(model::FunctionId) const;
  /// All ways into a context from the same thread: the calls. Sorted.
  std::vector<Point> callersOf(ContextId) const;
  std::size_t threadCount() const;
  const ThreadRoot& thread(ThreadId) const;
  const Summary& summary(model::FunctionId) const;
  /// The body of a function entity; none for declarations.
  std::optional<model::FunctionId> bodyOf(model::EntityId function) const;
  /// Bodies a Call event may run now, in the same thread (overriders, invoked callables of the arguments).
  std::span<const model::FunctionId> callees(model::FunctionId, model::EventId call) const;

  // States.
  PointState state(Point) const;
  std::span<const HeldLock> lockset(LocksetId) const;
  std::span<const Exit> exits(ContextId) const;
  /// Threads (other than the running one; the root itself when another of its threads) that may run at p.
  /// O(threads).
  std::vector<ThreadId> liveThreads(Point) const;
  /// Of these, the ones that this run of the function started itself (or in what it called), by the spawn's site:
  /// threads that may know its locals. O(threads started here).
  std::vector<ThreadId> startedHere(Point) const;

  // Paths and places. Paths of the program keep their ids; translation adds more.
  const model::Path& path(model::PathId) const;
  const model::Path& place(PlaceId) const;
  bool symbolic(
      PlaceId) const; ///< not a proved object: "some Account", widened, or reached through unknown pointers
  PlaceSetId resolve(ContextId, model::PathId) const;
  PlaceId allocation(PlaceId) const; ///< the whole object of an Alloc-rooted place
  std::span<const PlaceId> places(PlaceSetId) const;
  /// What to group accesses by: the last Field of the path, else the root variable; Index and Deref steps do
  /// not matter. None for unknown memory, parameters and results themselves.
  model::EntityId variable(model::PathId) const;
  /// The same for what a path resolved to: `*p` of a pointer parameter is the variable it was given.
  model::EntityId variable(PlaceId) const;
  /// The class that holds the variable, for fields; else none.
  model::EntityId ownerClass(model::PathId) const;
  /// A path of the callee in the terms of the caller at that Call or Spawn event; none when it cannot be
  /// said.
  model::PathId translate(model::FunctionId caller, model::EventId call, model::FunctionId callee,
                          model::PathId) const;

  // Pairs.
  /// Do the `path`s of two Access (or container-test Call: receiver) events name one object? Instance-aware:
  /// locals and allocations of two different runs of a thread are different objects. O(places²).
  Same sameObject(Point a, Point b) const;
  /// One lock? Each as held in its context. Same: equal proved place. Maybe: same class and field, bases not
  /// provably different.
  Same sameLock(ContextId a, const HeldLock&, ContextId b, const HeldLock&) const;
  /// A lock in both MAY locksets that keeps the two accesses apart (shared/shared does not when one of them
  /// writes; counting semaphores never do). Generous: Maybe-same locks count unless the accessed objects
  /// prove otherwise: the lock of instance x held for an access to instance y. `certain` says whether it is
  /// proved.
  /// A lock that is only perhaps held counts as little as a try whose failure leads here as well, or as a caller that holds it
  /// when another, which may run together with the other point, does not.
  std::optional<CommonLock> commonLock(Point a, Point b) const;
  /// Such a perhaps held lock: not to be counted on at `p` while `other` runs.
  bool mayLack(Point p, const HeldLock& lock, Point other) const;
  /// Can the two events happen at the same time in two threads? Threads, spawn and join order, and
  /// multiplicity; not locks.
  bool mayRunTogether(Point a, Point b) const;
  /// Can two threads of these roots overlap at all (as ThreadId pairs; equal ids: two threads of one root)?
  bool mayOverlap(ThreadId a, ThreadId b) const;

  // Intent and doubt.
  /// The class has a lock of its own or its methods acquire locks: it wants to be shared.
  bool showsIntent(model::EntityId type) const;
  /// Another thread can reach objects named by this path in this context at all (globals, escaped or
  /// spawned-with objects, symbolic objects of classes that show intent).
  bool maybeShared(ContextId, model::PathId) const;
  /// Imprecision that touches this function: caps hit, unresolved calls. Sorted sentences.
  std::vector<std::string> notes(model::FunctionId) const;
  /// As notes(), for the whole call chain that leads to a context.
  std::vector<std::string> notes(ContextId) const;

  // For people. Build strings: findings only.
  std::string describe(model::PathId) const;
  std::string describe(PlaceId) const;
  /// `Counter::mu_` or `g_mu`; the variable's name without an instance unless one is proved.
  std::string lockName(ContextId, const HeldLock&) const;
  std::string threadName(ContextId)
      const; ///< "main thread", "thread worker() spawned at a.cpp:12", "any caller of Account's methods"
  /// Sorted names of the must-held locks, " (shared)" behind shared holds.
  std::vector<std::string> heldNames(Point) const;
  /// spawned here → calls … → `last` at the event. At most 12 steps.
  Trace trace(Point, std::string last) const;
  /// Why two points may run together, one sentence: "the thread is spawned at a.cpp:12 and not joined
  /// before".
  std::string whyTogether(Point a, Point b) const;

  // For coverage and probes.
  Coverage coverage() const;
  std::vector<ProbeState> probes() const;

  struct Data; ///< inside.h, private to the flow part

private:
  explicit Facts(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

} // namespace racecourse::analysis
