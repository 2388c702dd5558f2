// Threads: who is who, when they begin and end, and which creation and join orders them; the start of recording; fork.
//
// A thread's block is found through one initial-exec thread-local pointer that needs neither construction nor
// destruction. It is given back by a key's destructor in the last round the C library offers, because destructors of
// other thread-local objects still take locks before that; after it the thread passes through unrecorded.
#include "runtime/src/report.h"

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <unistd.h>
#include <unwind.h>

namespace racecourse::detail {

constinit std::atomic<unsigned> state{state_unstarted};
constinit std::atomic<operation_hook> hook{nullptr};
constinit thread_local ThreadBlock* current_block = nullptr;

namespace {

constinit thread_local volatile bool thread_is_over = false;
constinit thread_local volatile bool thread_is_registering = false; ///< a signal handler then passes through
constinit thread_local bool was_busy_at_fork = false, locked_at_fork = false;
constinit thread_local std::uint32_t announced_number = 0; ///< given by beginThread before the block is made
constinit std::atomic<int> start_phase{0};                 ///< 0 not yet, 1 under way, 2 done
pthread_key_t end_key;
alignas(Core) char core_storage[sizeof(Core)];

// ThreadSanitizer gives its own state up in the last round; instrumented code must be through before.
#ifdef RACECOURSE_UNDER_TSAN
constexpr std::uint32_t last_round = PTHREAD_DESTRUCTOR_ITERATIONS - 1;
#else
constexpr std::uint32_t last_round = PTHREAD_DESTRUCTOR_ITERATIONS;
#endif

void endThread(void* memory) {
  auto* block = static_cast<ThreadBlock*>(memory);
  // Rounds are counted from one; other keys' destructors run in each, so stay until the last.
  if (++block->pass < last_round && pthread_setspecific(end_key, block) == 0) return;
  std::uint32_t held = block->held_count.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < held; ++i) {
    const HeldEntry& entry = block->held.load(std::memory_order_relaxed)[i];
    std::uint32_t id = entry.lock.load(std::memory_order_relaxed);
    if (id == 0) continue; // destroyed meanwhile, and told then
    bool still_mine = true;
    if (entry.mode.load(std::memory_order_relaxed) == Mode::Exclusive) {
      Core& the = core();
      Locked locked(the); // the lock may be retired by its owner any time
      LockInfo* lock = lockById(the, id);
      still_mine =
          lock && lock->object && lock->object->owner.load(std::memory_order_relaxed) == block->number;
    }
    if (still_mine)
      tellSimple(block, ReportKind::LockHeldAtThreadExit, Level::Happening, id, block->number, 0,
                 "is still held at the end of");
  }
  block->busy = true;
  operation event{operation_kind::finish, block->number, block->number, false, false, nullptr};
  if (auto* call = hook.load(std::memory_order_acquire)) call(event);
  traceOperation(event);
  thread_is_over = true; // before the lock: from here on a signal handler must not want it
  Core& the = core();
  {
    Locked locked(the);
    ThreadInfo& thread = *the.threads.find(block->number);
    thread.ended = true;
    --the.threads_alive;
    thread.block.store(nullptr, std::memory_order_relaxed);
    if (thread.detached || thread.parent == 0) forgetTouched(the, thread.touched); // nobody will join it
    block->held_count.store(0, std::memory_order_relaxed);
    block->waiting.store(0, std::memory_order_relaxed);
    block->next_free = the.free_blocks;
    the.free_blocks = block;
    current_block = nullptr;
  }
}

ThreadBlock* newBlock(Core& core) RACECOURSE_REQUIRES(core.lock) {
  ThreadBlock* block = core.free_blocks;
  if (block) {
    core.free_blocks = block->next_free;
    block->next_free = nullptr;
    block->pass = 0;
    block->pool_lock = 0;
    block->held.load(std::memory_order_relaxed)[-1].chain = 1;
    forgetChains(*block);
  } else {
    void* memory = core.arena.tryAllocate(sizeof(ThreadBlock));
    if (!memory) return nullptr;
    block = new (memory) ThreadBlock();
    block->inline_entries[0].chain = 1;
    block->inline_entries[0].lock.store(no_lock, std::memory_order_relaxed);
    block->held.store(block->inline_entries + 1, std::memory_order_relaxed);
  }
  return block;
}

void prepareFork() RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) {
  was_busy_at_fork = current_block && current_block->busy;
  if (current_block) current_block->busy = true;
  // A signal handler may fork while this very thread holds the lock; then it stays held, in parent and child alike.
  locked_at_fork = core().lock.tryLock(was_busy_at_fork ? 1000 : ~0u);
}
void afterForkInParent() RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) {
  if (locked_at_fork) core().lock.unlock();
  if (current_block) current_block->busy = was_busy_at_fork;
}
void afterForkInChild() RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) {
  // Only this thread goes on. What the others held stays held for ever, as in any child of a threaded program; what
  // they wait for is nobody's concern.
  Core& the = core();
  std::uint32_t self = current_block ? current_block->number : 0;
  for (std::uint32_t number = 1; number <= the.threads.size(); ++number) {
    ThreadInfo& thread = *the.threads.find(number);
    if (number == self) continue;
    thread.ended = true;
    thread.block.store(nullptr, std::memory_order_relaxed);
  }
  the.threads_alive = self != 0;
  the.report_count.store(0, std::memory_order_relaxed);
  useNewFilesAfterFork(the);
  if (locked_at_fork) the.lock.unlock();
  forgetWatcher();
  if (current_block) current_block->busy = was_busy_at_fork;
}

void finish() {
  ThreadBlock* block = ensureBlock();
  if (block && block->busy) return;
  finishFiles(true);
  Core& the = core();
  if (the.report_count.load(std::memory_order_relaxed) != 0 && the.options.exitcode != 0) {
    fflush(nullptr);
    _exit(the.options.exitcode);
  }
}

/// "%p" in a file name is the process's number, so that children of a shell do not write over each other.
void expandPid(char* path, std::size_t size) {
  char* mark = strstr(path, "%p");
  if (!mark) return;
  char rest[512];
  snprintf(rest, sizeof rest, "%s", mark + 2);
  auto room = size - static_cast<std::size_t>(mark - path);
  if (snprintf(mark, room, "%d%s", getpid(), rest) >= static_cast<int>(room)) path[0] = 0;
}

void start() {
  new (core_storage) Core();
  Core& the = *std::launder(reinterpret_cast<Core*>(core_storage));
  readOptions(getenv("RACECOURSE_OPTIONS"), the.options);
  for (char* path : {the.options.graph, the.options.trace, the.options.stats, the.options.log_path})
    expandPid(path, sizeof the.options.graph);
  unsigned wanted = 0;
  if (the.options.record && pthread_key_create(&end_key, endThread) == 0) {
    wanted = state_recording;
    if (the.options.trace[0] != 0) wanted |= state_traced;
    if (the.options.hold_budget_ms != 0) wanted |= state_timed;
    if (hook.load(std::memory_order_relaxed)) wanted |= state_hooked;
  }
  start_phase.store(2, std::memory_order_release);
  state.store(wanted, std::memory_order_release);
  if (wanted == 0) return;
  {
    Locked locked(the);
    if (the.options.memory_kb != 0) the.arena.setLimit(the.options.memory_kb << 10);
  }
  ensureBlock();
  pthread_atfork(prepareFork, afterForkInParent, afterForkInChild);
  atexit(finish);
  if (the.options.graph[0] || the.options.trace[0] || the.options.stats[0]) catchSignals();
}

// "This program has the runtime inside", for tools that would load it a second time; stays when symbols are stripped.
struct Note {
  std::uint32_t name_size, content_size, type;
  char name[12];
  std::uint32_t version;
};
[[gnu::section(".note.racecourse"), gnu::used, gnu::aligned(4)]] constexpr Note note{11, 4, 1, "Racecourse",
                                                                                     1};

/// The main thread is known from the start, as the parent of the first threads.
[[gnu::constructor]] void startEarly() {
  ensureStarted();
}

} // namespace

Core::Core()
    : graph(&arena), edges(&arena), free_edges(&arena), cycles(&arena), reports(&arena), told(&arena),
      gauges(&arena), stacks(arena), contexts(arena) {}

void ensureStarted() {
  int phase = 0;
  if (start_phase.load(std::memory_order_acquire) == 2) return;
  if (start_phase.compare_exchange_strong(phase, 1)) start();
  // A second thread, or this one re-entering, does not wait: it passes through unrecorded until the start is done.
}

Core& core() {
  return *std::launder(reinterpret_cast<Core*>(core_storage));
}

ThreadBlock* ensureBlock() {
  if (current_block) return current_block;
  if (thread_is_over || thread_is_registering) return nullptr;
  ensureStarted();
  if (current_block) return current_block; // the start made it
  if (start_phase.load(std::memory_order_acquire) != 2 || isWatcher()) return nullptr;
  if (!(state.load(std::memory_order_relaxed) & state_recording)) return nullptr;
  Core& the = core();
  ThreadBlock* block;
  struct Registering {
    Registering() { thread_is_registering = true; }
    ~Registering() { thread_is_registering = false; }
  } registering;
  {
    Locked locked(the);
    block = newBlock(the);
    if (!block) return nullptr;
    block->busy = true;
    std::uint32_t number = announced_number;
    ThreadInfo* thread = number != 0 ? the.threads.find(number) : the.threads.add(the.arena, number);
    if (!thread) {
      block->next_free = the.free_blocks;
      the.free_blocks = block;
      the.lost_count.fetch_add(1, std::memory_order_relaxed);
      return nullptr;
    }
    thread->number = block->number = number;
    thread->started = true;
    if (number == 1) memcpy(thread->name, "main", 5);
    thread->block.store(block, std::memory_order_relaxed);
    the.thread_high_water = std::max(the.thread_high_water, ++the.threads_alive);
    current_block = block;
  }
  pthread_setspecific(end_key, block); // may call malloc, hence busy and without the lock
  block->busy = false;
  return block;
}

void nextSegment(Core& core, ThreadBlock& block) {
  ++core.threads.find(block.number)->segment;
  // What was known in the last segment says nothing about this one. Clearing costs a third of a microsecond, a thread
  // creation some thirty; keys that held the segment would make every context new instead.
  forgetChains(block);
}

void forgetChains(ThreadBlock& block) {
  memset(static_cast<void*>(block.cache), 0, sizeof block.cache);
  HeldEntry* entries = block.held.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < block.held_capacity; ++i)
    entries[i].below = 0;
}

namespace {
void setThreadName(ThreadInfo& thread, const char* name) {
  std::size_t length = 0;
  for (; name && name[length] != 0 && length + 1 < sizeof thread.name; ++length)
    thread.name[length] = static_cast<unsigned char>(name[length]) < 0x20 ? '?' : name[length];
  thread.name[length] = 0;
}
} // namespace

std::uint32_t announceThread(const char* name) noexcept {
  if (switchedOff()) return 0;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return 0;
  Busy busy(*block);
  Core& the = core();
  std::uint32_t number = 0;
  {
    Locked locked(the);
    ThreadInfo* thread = the.threads.add(the.arena, number);
    if (!thread) {
      the.lost_count.fetch_add(1, std::memory_order_relaxed);
      return 0;
    }
    thread->number = number;
    thread->parent = block->number;
    thread->parent_segment = the.threads.find(block->number)->segment;
    setThreadName(*thread, name);
    nextSegment(the, *block);
  }
  operation event{operation_kind::spawn, block->number, number, false, false, __builtin_return_address(0)};
  if (auto* call = hook.load(std::memory_order_acquire)) call(event);
  traceOperation(event);
  return number;
}

void beginThread(std::uint32_t thread_number) noexcept {
  if (current_block) return;
  announced_number = thread_number;
  ThreadBlock* block = switchedOff() ? nullptr : ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  operation event{operation_kind::start,      block->number, block->number, false, false,
                  __builtin_return_address(0)};
  if (auto* call = hook.load(std::memory_order_acquire)) call(event);
  traceOperation(event);
}

void finishJoin(std::uint32_t thread_number) noexcept {
  if (switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  {
    Locked locked(the);
    ThreadInfo* thread = the.threads.find(thread_number);
    if (thread) {
      nextSegment(the, *block);
      thread->joined_by = block->number;
      thread->joined_segment = the.threads.find(block->number)->segment;
      forgetTouched(the, thread->touched);
    }
  }
  operation event{operation_kind::join,       block->number, thread_number, false, false,
                  __builtin_return_address(0)};
  if (auto* call = hook.load(std::memory_order_acquire)) call(event);
  traceOperation(event);
}

void abandonThread(std::uint32_t thread_number) noexcept {
  if (switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  Locked locked(the);
  if (ThreadInfo* thread = the.threads.find(thread_number)) thread->ended = true;
}

void nameThread(std::uint32_t thread_number, const char* name) noexcept {
  if (switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  Locked locked(the);
  if (ThreadInfo* thread = the.threads.find(thread_number)) setThreadName(*thread, name);
}

void detachThread(std::uint32_t thread_number) noexcept {
  if (switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  Locked locked(the);
  ThreadInfo* thread = the.threads.find(thread_number);
  if (!thread) return;
  thread->detached = true;
  if (thread->ended) forgetTouched(the, thread->touched);
}

std::uint64_t nowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000000000 + static_cast<std::uint64_t>(now.tv_nsec);
}

// --- stacks ------------------------------------------------------------------------------------------------------

namespace {
struct Walk {
  Site* frames;
  std::uint32_t count, capacity;
  Site site;
  bool found;
};

_Unwind_Reason_Code oneFrame(_Unwind_Context* context, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  Site address = _Unwind_GetIP(context);
  if (address == 0) return _URC_END_OF_STACK;
  if (!walk.found && address == walk.site) {
    walk.found = true; // all frames so far are the recorder's own
    walk.count = 0;
  }
  if (walk.count == walk.capacity) return walk.found ? _URC_END_OF_STACK : _URC_NO_REASON;
  walk.frames[walk.count++] = address;
  return _URC_NO_REASON;
}
} // namespace

std::uint32_t captureFrames(Site site, Site* frames, std::uint32_t capacity) {
  Walk walk{frames, 0, capacity, site, false};
  _Unwind_Backtrace(oneFrame, &walk);
  if (!walk.found && site != 0) { // the site alone is better than frames of the recorder
    frames[0] = site;
    return 1;
  }
  return walk.count;
}

std::uint32_t captureStack(Site site) {
  constexpr std::uint32_t max_frames = 24;
  Site frames[max_frames];
  std::uint32_t count = captureFrames(site, frames, max_frames);
  Core& the = core();
  Locked locked(the);
  try {
    return the.stacks.intern(frames, count);
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

} // namespace racecourse::detail

// --- control -----------------------------------------------------------------------------------------------------

namespace racecourse {

using namespace detail;

void set_operation_hook(operation_hook new_hook) {
  ensureStarted();
  hook.store(new_hook, std::memory_order_release);
  if (new_hook)
    state.fetch_or(state_hooked);
  else
    state.fetch_and(~state_hooked);
}

void set_thread_name(const char* name) {
  if (switchedOff()) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  Locked locked(the);
  setThreadName(*the.threads.find(block->number), name);
}

bool write_graph(const char* path) {
  if (switchedOff()) return false;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return false;
  Busy busy(*block);
  return writeGraphFile(path, true);
}

std::size_t report_count() {
  return switchedOff() ? 0 : core().report_count.load(std::memory_order_relaxed);
}

} // namespace racecourse
