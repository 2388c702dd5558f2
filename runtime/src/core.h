// The recorder's own state: tables of threads, locks, edges and cycles, and what each thread keeps to itself.
//
// Threads: a ThreadBlock is written by its thread alone; the atomics in it are read by others. Everything in Core is
// guarded by Core::lock, except the atomics. Records are never freed while somebody could hold their number.
// Rule of locking: under Core::lock nothing is called that can take another lock (no malloc, no dladdr, no stdio), and
// a thread that holds it is `busy`, so that whatever interrupts it passes through unrecorded.
#pragma once

#include "racecourse/control.h"
#include "racecourse/hooks.h"
#include "runtime/lockorder/graph.h"
#include "runtime/src/memory.h"
#include "runtime/src/options.h"
#include "runtime/src/tables.h"
#include "runtime/src/text.h"
#include "runtime/src/thread_block.h"
#include "runtime/src/verdict.h"

#include <atomic>
#include <cstdint>
#include <memory_resource>
#include <vector>

namespace racecourse::detail {

/// Bits of `state`. Exactly state_recording is the fast path; any other bit leads to the general one.
enum : unsigned {
  state_recording = 1,
  state_hooked = 2,
  state_traced = 4,
  state_timed = 8,
  state_unstarted = 16
};

/// All that the thread knew says nothing any more.
void forgetChains(ThreadBlock& block);

struct Touched { ///< a lock a thread or pool has asked for at least once
  std::uint32_t lock = 0, stack = 0;
  Mode mode = Mode::Exclusive;
  bool readers_share = true;
  bool for_ever = false; ///< some request was without a time limit
  std::uint32_t thread = 0, segment = 0;
};

/// Set of locks by number; open addressing in the arena. For join-under-lock.
struct TouchedSet {
  Touched* slots = nullptr;
  std::uint32_t capacity = 0, count = 0;
};

struct ThreadInfo {
  std::uint32_t number = 0;
  char name[24] = {};
  std::uint32_t parent = 0, parent_segment = 0;    ///< parent 0: unknown (not created by us)
  std::uint32_t segment = 0;                       ///< creations and joins so far
  std::uint32_t joined_by = 0, joined_segment = 0; ///< segment of the joiner from which on it is over
  std::atomic<ThreadBlock*> block{nullptr};        ///< null before the start and after the end
  bool started = false, ended = false, detached = false;
  std::uint32_t run_lock = 0; ///< LockInfo of "this thread runs"; 0 until somebody asks under a lock
  TouchedSet touched;
};

/// A lock's number: its place in the table, and in the high bits the life of that place. A place is used for 256
/// lives and then never again, so a number is never seen twice.
constexpr std::uint32_t lock_slot_bits = 24, lock_slot_mask = (1u << lock_slot_bits) - 1;

struct LockInfo {
  std::uint32_t id = 0;
  LockKind kind = LockKind::Mutex;
  bool retired = false, has_node = false;
  bool has_frozen_edge = false; ///< an edge to or from a dead lock that is kept: then this one is kept too
  char name[32] = {};
  LockWord* object = nullptr; ///< null once retired and for pseudo-locks
  lockorder::NodeId node;
  std::uint32_t first_stack = 0, first_thread = 0;
  std::uint32_t class_of = 0;  ///< with classes=1: the lock that stands for this name in the graph
  std::uint32_t pseudo_of = 0; ///< ThreadRun: thread number
  TouchedSet touched;          ///< PoolRun
  std::atomic<std::uint64_t> contended_count{0}, wait_ns{0};
  std::uint32_t next_free = 0;
};

struct EdgeInfo {
  std::uint32_t from = 0, to = 0;
  std::uint64_t count = 0; ///< distinct (thread, chain) that showed it
  std::uint32_t witness_count = 0, dropped_witnesses = 0;
  Witness* witnesses = nullptr;
};

struct CycleInfo {
  std::uint32_t locks[max_cycle_length] = {}; ///< rotated to the smallest
  std::uint32_t length = 0;
  Verdict verdict;
  bool told = false;
};

/// Names of the reports, as printed and as in files.
enum class ReportKind : std::uint8_t {
  LockOrderCycle,
  SelfDeadlock,
  Deadlock,
  WaitWhileHolding,
  JoinUnderLock,
  StalledWait,
  UnlockNotOwner,
  LockHeldAtThreadExit,
  DestroyedWhileHeld,
  HoldOverBudget,
};
const char* nameOf(ReportKind kind);
const char* nameOf(Level level);
const char* nameOf(LockKind kind);
const char* nameOf(Mode mode);

struct ReportInfo {
  ReportKind kind;
  Level level;
  RuleSet rules;
  std::uint32_t locks[max_cycle_length];
  std::uint32_t lock_count;
  std::uint32_t thread;
};

struct GaugeInfo {
  std::uint32_t object = 0;
  Gauge gauge{};
  char name[32] = {};
  std::uint64_t highest = 0;
};

struct Core {
  Core();

  InternalLock lock;
  Options options; ///< constant after the start
  Arena arena RACECOURSE_GUARDED_BY(lock);
  NumberedTable<ThreadInfo> threads; ///< adding is guarded, finding is not
  NumberedTable<LockInfo> locks;     ///< likewise
  lockorder::Graph graph RACECOURSE_GUARDED_BY(lock);
  std::pmr::vector<EdgeInfo> edges RACECOURSE_GUARDED_BY(lock);
  std::pmr::vector<std::uint32_t> free_edges RACECOURSE_GUARDED_BY(lock);
  std::pmr::vector<CycleInfo> cycles RACECOURSE_GUARDED_BY(lock);
  std::pmr::vector<ReportInfo> reports RACECOURSE_GUARDED_BY(lock);
  std::pmr::vector<std::uint64_t> told RACECOURSE_GUARDED_BY(lock); ///< fingerprints of reports made
  std::pmr::vector<GaugeInfo> gauges RACECOURSE_GUARDED_BY(lock);
  StackDepot stacks RACECOURSE_GUARDED_BY(lock);
  ContextTable contexts RACECOURSE_GUARDED_BY(lock);
  ThreadBlock* free_blocks RACECOURSE_GUARDED_BY(lock) = nullptr;
  std::uint32_t free_lock RACECOURSE_GUARDED_BY(lock) = 0;
  std::uint32_t frozen_count RACECOURSE_GUARDED_BY(lock) = 0; ///< dead locks kept for the export
  bool cycles_cut RACECOURSE_GUARDED_BY(lock) = false;        ///< more cycles than are listed
  std::uint32_t thread_high_water RACECOURSE_GUARDED_BY(lock) = 0, threads_alive
                                                                   RACECOURSE_GUARDED_BY(lock) = 0;
  std::atomic<std::uint64_t> lost_count{0};      ///< operations not recorded for want of memory
  std::atomic<std::uint64_t> reentered_count{0}; ///< passed through because bookkeeping was under way
  std::atomic<std::uint64_t> report_count{0};    ///< of level possible or happening
};

extern std::atomic<operation_hook> hook;

/// The one Core; made at the first use, never destroyed.
Core& core();
/// The calling thread's block; null before it is known and after its end. Initial-exec: one load, also in a library
/// loaded at the start.
extern constinit thread_local ThreadBlock* current_block __attribute__((tls_model("initial-exec")));
/// The same, registering the thread when it is new. Null when it cannot be, and after the thread's end.
ThreadBlock* ensureBlock();
/// Reads the options and begins recording, once. Any operation may be the first.
void ensureStarted();

std::uint64_t nowNs();
/// The stack of the caller as a number, starting at `site` when that frame is found. Must not be called under Core::lock.
std::uint32_t captureStack(Site site);
/// Frames into a buffer; returns their count.
std::uint32_t captureFrames(Site site, Site* frames, std::uint32_t capacity);

// --- threads.cpp ---------------------------------------------------------------------------------------------------
HeldEntry* findHeld(ThreadBlock& block, std::uint32_t lock); ///< the calling thread's own; null when not held
bool growHeld(ThreadBlock& block);
/// Segment of a thread grows; what it asked for before counts anew from here.
void nextSegment(Core& core, ThreadBlock& block) RACECOURSE_REQUIRES(core.lock);

// --- recorder.cpp --------------------------------------------------------------------------------------------------
LockInfo* lockById(Core& core, std::uint32_t id);
/// The lock's record, made when it is new. Null when there is no memory.
LockInfo* lockFor(Core& core, LockWord& word, LockKind kind) RACECOURSE_REQUIRES(core.lock);
LockInfo* newLock(Core& core, LockKind kind) RACECOURSE_REQUIRES(core.lock);
void setName(LockInfo& lock, const char* name);
/// The first time this thread asks for this lock in this chain: edges, witnesses, cycles. Fills the cache.
void recordRequest(ThreadBlock& block, LockWord& word, LockKind kind, Mode mode, Patience patience, Site site,
                   std::uint64_t key);
void touch(Core& core, TouchedSet& set, const Touched& touched) RACECOURSE_REQUIRES(core.lock);
/// By creation and join alone, is everything `first` saw over before `second` begins?
bool orderedBefore(const Witness& first, const Witness& second);
void forgetTouched(Core& core, TouchedSet& set) RACECOURSE_REQUIRES(core.lock);

// --- wait_for.cpp --------------------------------------------------------------------------------------------------
/// Publishes what the thread is about to wait for; `stack` 0: the stack is that of the context `key`.
void publishWait(ThreadBlock& block, std::uint64_t what, Mode mode, bool timed, std::uint32_t stack,
                 std::uint64_t key = 0);
/// The stack of the wait.
std::uint32_t waitStack(Core& core, const ThreadBlock& block) RACECOURSE_REQUIRES(core.lock);
void clearWait(ThreadBlock& block);
/// Looks for a cycle of waits through this thread and tells it.
void checkDeadlock(ThreadBlock& block, Site site);

// --- watch.cpp -----------------------------------------------------------------------------------------------------
/// Sees to it that a thread looks for stalls from now on.
void startWatching() noexcept;
void forgetWatcher() noexcept; ///< in the child of a fork
bool isWatcher() noexcept;

// --- files.cpp, trace.cpp ------------------------------------------------------------------------------------------
/// `may_wait` false: called from a signal handler; gives up when the lock cannot be had.
bool writeGraphFile(const char* path, bool may_wait) noexcept;
bool writeStatsFile(const char* path, bool may_wait) noexcept;
void traceOperation(const operation& event) noexcept;
bool finishTrace(bool may_wait) noexcept;
/// Every file asked for by the options.
void finishFiles(bool may_wait) noexcept;
void catchSignals() noexcept; ///< so that files are written when a signal ends the program
void useNewFilesAfterFork(Core& core) noexcept;

/// Marks the thread as inside bookkeeping for a scope.
class Busy {
public:
  explicit Busy(ThreadBlock& block) : block_(block) { block_.busy = true; }
  ~Busy() { block_.busy = false; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

private:
  ThreadBlock& block_;
};

class RACECOURSE_ATTRIBUTE(scoped_lockable) Locked {
public:
  explicit Locked(Core& core) RACECOURSE_ACQUIRE(core.lock) : core_(core) { core_.lock.lock(); }
  ~Locked() RACECOURSE_RELEASE() { core_.lock.unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

private:
  Core& core_;
};

} // namespace racecourse::detail
