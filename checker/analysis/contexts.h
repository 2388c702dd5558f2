// Contexts: the program unrolled into (function, thread root) pairs, top-down. Per context what its callers bind (the
// receiver, the parameters, the function around a lambda), which locks they hold, and which objects they pass still fresh;
// and on top of it the threads that may be alive (concurrency.cpp). Roots: main and static initialisers, every Spawn, "any
// caller" of library classes that lock, and leftovers nobody calls.
//
// A worklist fixpoint: bindings and may-sets only grow, must-sets only shrink. Built once, then read through Facts. One
// thread. Cost: near-linear in calls; sets of objects are capped at kMaxPlaces and then become "some object".
#pragma once

#include "checker/analysis/flow.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace racecourse::analysis {

inline constexpr std::size_t kMaxPlaces = 8;

/// Interned sorted vectors. Id 0 is the empty set.
template <typename T, typename IdType, typename Hash> class SetTable {
public:
  SetTable() { sets_.emplace_back(), ids_.emplace(0, 0); }
  IdType intern(std::vector<T> set) {
    if (set.empty()) return IdType(0);
    std::size_t hash = set.size();
    for (const T& value : set)
      hash = (hash ^ Hash{}(value)) * 0x9E3779B97F4A7C15ull + (hash >> 29);
    auto [first, last] = ids_.equal_range(hash);
    for (auto it = first; it != last; ++it)
      if (sets_[it->second] == set) return IdType(it->second);
    auto id = static_cast<std::uint32_t>(sets_.size());
    sets_.push_back(std::move(set));
    ids_.emplace(hash, id);
    return IdType(id);
  }
  const std::vector<T>& operator[](IdType id) const { return sets_[id.value]; }

private:
  std::deque<std::vector<T>> sets_;
  std::unordered_multimap<std::size_t, std::uint32_t> ids_;
};

struct CallableRef {
  model::EntityId callable;
  ContextId maker; ///< where the lambda expression stands: what its captures name
  auto operator<=>(const CallableRef&) const = default;
};

/// What a receiver or parameter may be.
struct Binding {
  std::vector<PlaceId> direct;  ///< the objects a reference (or This) names; sorted
  std::vector<PlaceId> pointee; ///< the objects behind a pointer; sorted
  std::vector<CallableRef> callables;
  bool unknown = false;             ///< also something else, or too many
  bool merge(const Binding& other); ///< whether anything was new
  bool operator==(const Binding&) const = default;
};

struct EntryLock {
  model::PathId path; ///< callee's terms, or none
  PlaceSetId places;
  PlaceSetId guard; ///< objects that may be the guard which owns it; empty: by hand or unknown
  model::Mode mode = model::Mode::Exclusive;
  model::LockKind kind = model::LockKind::Unknown;
  std::uint8_t depth = 1;
  bool must = true;
  bool by_hand = false;
  bool at_entry = false;
  model::EventId since;
  bool operator==(const EntryLock&) const = default;
};

/// A lock that a caller perhaps holds and that the callee cannot name. Empty places: one of too many.
struct FarLock {
  PlaceSetId places{0};
  PlaceSetId guard{0};
  model::Mode mode = model::Mode::Exclusive;
  model::LockKind kind = model::LockKind::Unknown;
  bool by_hand = false;
  auto operator<=>(const FarLock&) const = default;
};
using FarSetId = model::Id<struct FarSetTag>;

/// Locks held at a point: those with a name here or held for certain, and the rest of what may be held.
struct Held {
  std::vector<EntryLock> near;
  FarSetId far{0};
};

using LiveSetId = model::Id<struct LiveSetTag>;

struct ContextInfo {
  Context facts;
  Binding receiver;
  std::vector<Binding> parameters;
  std::vector<ContextId> makers; ///< of a lambda: contexts of the function around it
  std::vector<EntryLock> entry;
  FarSetId far{0};                         ///< may be held at entry, too
  std::uint64_t fresh = ~std::uint64_t{0}; ///< bit 0: receiver, bit i + 1: what parameter i names
  bool reached = false;                    ///< some way in was seen
  LiveSetId entry_live{0};
  bool dying = true; ///< every way here is a way to the end of the process (panics)
  std::uint32_t depth = 0;
};

/// Control passes from `caller` at `event` to `callee`: in the same thread, or as a new one.
struct ContextEdge {
  ContextId caller;
  model::EventId event;
  ContextId callee;
  bool spawn = false;
  auto operator<=>(const ContextEdge&) const = default;
};

/// A thread root as seen by joiners: the handle it can be joined by. Empty handle: by nobody.
struct LiveElement {
  ThreadId thread;
  PlaceSetId handle;
  auto operator<=>(const LiveElement&) const = default;
};

struct IdHash {
  template <typename T> std::size_t operator()(const T& id) const {
    if constexpr (requires { id.value; })
      return id.value * 0x9E3779B97F4A7C15ull;
    else
      return static_cast<std::size_t>(id) * 0x9E3779B97F4A7C15ull;
  }
};
struct HeldLockHash {
  std::size_t operator()(const HeldLock& h) const {
    return ((std::size_t(h.path.value) << 32 | h.places.value) ^ (std::size_t(h.since.value) << 17) ^
            (std::size_t(h.mode) << 5 | h.depth | std::size_t(h.by_hand) << 9 |
             std::size_t(h.at_entry) << 10)) *
           0x9E3779B97F4A7C15ull;
  }
};

class Contexts {
public:
  Contexts(const model::Unit& unit, const CallGraph& graph, Flows& flows, const Options& options);
  void run();

  // Results.
  std::vector<ContextInfo> all;
  std::vector<ThreadRoot> threads;
  std::vector<Evidence> thread_evidence;
  std::vector<std::vector<ContextId>> of_function; ///< by function
  std::vector<ContextEdge> edges;                  ///< sorted after run()
  PathTable places;
  SetTable<PlaceId, PlaceSetId, IdHash> place_sets;
  std::size_t processed = 0;                       ///< worklist steps taken, for tests of cost
  std::vector<bool> intent;                        ///< by Type entity: has a lock, or its methods take locks
  std::vector<std::vector<ThreadId>> site_threads; ///< by Flows::spawn_sites index

  // Threads alive (concurrency.cpp).
  SetTable<std::uint32_t, LiveSetId, IdHash> live_sets; ///< of indices into elements
  std::vector<LiveElement> elements;
  std::vector<std::vector<std::uint32_t>>
      descendants; ///< by thread: elements it starts, and those start; sorted
  std::vector<std::vector<std::uint32_t>> left_behind; ///< by thread: descendants that may outlive it; sorted
  std::vector<std::vector<bool>> coexist;              ///< [a][b]: both may run at once
  /// Elements alive in a context in local state `index`. Memoised after run().
  const std::vector<std::uint32_t>& liveAt(ContextId c, std::uint32_t index);

  void resolve(ContextId c, model::PathId path, std::vector<PlaceId>& out, int depth = 0);
  void resolveAsWritten(ContextId c, model::PathId path, std::vector<PlaceId>& out, int depth);
  PlaceSetId resolveSet(ContextId c, model::PathId path);
  /// Locks held at local state `index`: entry locks not given back, and the function's own.
  Held heldAt(ContextId c, std::uint32_t index);
  std::vector<FarLock> farLocks(FarSetId set) const;
  bool freshRoot(ContextId c, const LocalState& state, model::PathId path);
  /// With elements that a counter picks turned into some element or other.
  PlaceId anyElement(PlaceId place);
  model::LockKind lockKind(model::PathId path) const;
  ContextId find(model::FunctionId f, ThreadId t) const;

private:
  void findIntent();
  void addRoots();
  ThreadId rootThread(ThreadRoot::Kind kind, ProgramId program = 0);
  ThreadId spawnThread(ContextId from, model::EventId event, model::EntityId entry);
  ContextId context(model::FunctionId f, ThreadId t);
  void enterRoot(model::FunctionId f, ThreadId t);
  void settle();
  void process(ContextId c);
  void processSpawn(ContextId c, model::EventId event);
  void flowInto(ContextId from, model::EventId event, model::FunctionId target, ThreadId thread,
                const Held& held, bool bind_arguments, const CallableRef* made, bool spawn);
  Binding bindArgument(ContextId from, const model::Argument& argument, const model::Entity* parameter);
  std::vector<CallableRef> callablesOf(ContextId c, model::PathId path);
  EntryLock enter(ContextId from, const model::Event& event, const model::Function& target,
                  bool bind_arguments, const EntryLock& held);
  bool meetEntry(ContextInfo& info, const std::vector<EntryLock>& held, FarSetId far);
  std::uint32_t farId(const EntryLock& lock);
  FarSetId farUnion(FarSetId a, FarSetId b);
  FarSetId farAdd(FarSetId set, const EntryLock& lock);
  void enqueue(ContextId c);
  bool notePointers();
  /// Elements that a counter picks, given to another thread or kept in a pointer: from there on some element or other.
  void eachItsOwn(std::vector<PlaceId>& set);
  void appendSteps(PlaceId base, std::span<const model::Step> steps, std::vector<PlaceId>& out);
  void gatherOwners(ContextId c, model::EntityId function, std::vector<ContextId>& out, int depth);
  PlaceId placeOf(model::RootKind root, model::EntityId entity, model::EventId site = {});
  // concurrency.cpp
  void solveThreads();
  std::uint32_t element(ThreadId thread, PlaceSetId handle);
  std::vector<std::uint32_t> computeLive(ContextId c, std::uint32_t index);

  const model::Unit& unit_;
  const CallGraph& graph_;
  Flows& flows_;
  const Options& options_;
  std::vector<std::vector<std::pair<ThreadId, ContextId>>> index_; ///< by function; a handful of threads each
  SetTable<std::uint32_t, FarSetId, IdHash> far_sets_;             ///< of indices into far_locks_
  std::vector<FarLock> far_locks_{FarLock{}};                      ///< 0: one of too many
  std::map<FarLock, std::uint32_t> far_ids_;
  std::unordered_map<std::uint64_t, FarSetId> far_unions_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, ProgramId>, ThreadId>
      spawn_threads_; ///< (site, entry, …)
  std::map<std::pair<std::uint8_t, ProgramId>, ThreadId> root_threads_;
  Programs programs_;
  std::vector<bool>
      thread_entry_; ///< by function: some Spawn runs it; a thread that ends the program is still a thread
  std::vector<std::uint8_t> queued_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> heap_; ///< (rank, context), largest rank first
  std::unordered_map<std::uint64_t, std::vector<ContextEdge>> edge_seen_; ///< by (caller, callee)
  std::vector<std::vector<model::EventId>> pointer_stores_;               ///< by function
  std::vector<std::vector<model::EventId>> function_stores_; ///< by function: writes that store a function
  std::unordered_map<std::uint32_t, std::vector<CallableRef>> stored_callables_; ///< by place
  std::map<model::EntityId, std::vector<CallableRef>> member_callables_; ///< by field, whatever the object
  std::unordered_map<std::uint32_t, std::vector<PlaceId>> points_to_;
  std::map<LiveElement, std::uint32_t> element_ids_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> live_memo_;
  bool live_final_ = false;
};

} // namespace racecourse::analysis
