// The watching thread: looks for a program in which every thread waits and nobody is left to end it. Circles of locks
// and joins are found by wait_for.cpp without it; this is for conditions, semaphores, events and queues, which have no
// owner. It is started by the first such wait, never in a program that has none.
//
// A stall is claimed only when all recorded threads wait without a time limit, none of them moved for deadlock_ms, and
// the system counts no further threads than the recorded ones and this: one more thread might be the one to notify.
// Signal handlers can still end a wait; that is said in the report's headline level, which is possible, unless a lock
// or a join is among the waits.
#include "runtime/src/native.h"
#include "runtime/src/report.h"

#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <new>
#include <unistd.h>

namespace racecourse::detail {

namespace {

// ThreadSanitizer keeps one thread of its own.
#ifdef RACECOURSE_UNDER_TSAN
constexpr std::uint32_t foreign_threads = 1;
#else
constexpr std::uint32_t foreign_threads = 0;
#endif

constinit std::atomic<bool> watching{false};
constinit thread_local bool is_watcher = false;

/// Threads of this process by the system's count, 0 when it cannot be had.
std::uint32_t systemThreadCount() {
  DIR* tasks = opendir("/proc/self/task");
  if (!tasks) return 0;
  std::uint32_t count = 0;
  while (const dirent* entry = readdir(tasks))
    count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

struct Look {
  std::uint32_t alive = 0;
  std::uint64_t moves = 0; ///< sum of wait sequences: changes when anybody moves
  bool all_wait = true, owned = false;
};

Look look(Core& core) RACECOURSE_REQUIRES(core.lock) {
  Look result;
  for (std::uint32_t number = 1; number <= core.threads.size(); ++number) {
    const ThreadInfo& thread = *core.threads.find(number);
    if (thread.ended) continue;
    ThreadBlock* block = thread.block.load(std::memory_order_relaxed);
    ++result.alive;
    if (!block) { // announced and not yet begun
      result.all_wait = false;
      continue;
    }
    std::uint64_t waiting = block->waiting.load(std::memory_order_seq_cst);
    result.moves += block->wait_sequence.load(std::memory_order_relaxed);
    result.all_wait &= waiting != 0 && !block->wait_is_timed.load(std::memory_order_relaxed);
    auto kind = static_cast<Awaited>(waiting >> 32);
    result.owned |= kind == Awaited::Lock || kind == Awaited::Thread;
  }
  return result;
}

void tellStall(Core& core, Told& told, const Look& seen) RACECOURSE_REQUIRES(core.lock) {
  for (const ReportInfo& earlier : core.reports) // the others wait for those who are in the circle: one cause
    if (earlier.kind == ReportKind::Deadlock || earlier.kind == ReportKind::SelfDeadlock) return;
  ReportInfo info{ReportKind::StalledWait, seen.owned ? Level::Happening : Level::Possible, 0, {}, 0, 0};
  if (!openReport(core, told, info, mix(seen.moves, seen.alive))) return;
  told.text << "  all " << seen.alive << " threads wait, and nobody is left to end it\n";
  for (std::uint32_t number = 1; number <= core.threads.size(); ++number) {
    const ThreadInfo& thread = *core.threads.find(number);
    ThreadBlock* block = thread.block.load(std::memory_order_relaxed);
    if (thread.ended || !block) continue;
    std::uint64_t waiting = block->waiting.load(std::memory_order_relaxed);
    told.text << "  ";
    describeThread(core, told.text, number);
    told.text << " waits for ";
    switch (static_cast<Awaited>(waiting >> 32)) {
    case Awaited::Lock: describeLock(core, told.text, static_cast<std::uint32_t>(waiting)); break;
    case Awaited::Thread:
      told.text << "the end of ";
      describeThread(core, told.text, static_cast<std::uint32_t>(waiting));
      break;
    default: told.text << "a notification"; break;
    }
    std::uint32_t held = block->held_count.load(std::memory_order_relaxed);
    HeldEntry* entries = block->held.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i < held; ++i) {
      told.text << (i == 0 ? " and holds " : ", ");
      describeLock(core, told.text, entries[i].lock.load(std::memory_order_relaxed));
    }
    told.text << "\n  waits at:\n";
    describeStack(core, told.text, waitStack(core, *block));
  }
}

void* watch(void*) {
  is_watcher = true;
  Core& the = core();
  // Four looks a period: a stall is told between one and one and a quarter periods after it began.
  std::uint64_t pause_ns = std::uint64_t{the.options.deadlock_ms} * 250000;
  timespec pause{static_cast<time_t>(pause_ns / 1000000000), static_cast<long>(pause_ns % 1000000000)};
  std::uint64_t last_moves = 0;
  unsigned looks = 0;
  while (true) {
    nanosleep(&pause, nullptr);
    std::uint32_t system_count = 0;
    Look seen;
    {
      Locked locked(the);
      seen = look(the);
    }
    looks = seen.all_wait && seen.alive > 0 && seen.moves == last_moves ? looks + 1 : 0;
    last_moves = seen.moves;
    if (looks != 4) continue;
    system_count = systemThreadCount();
    if (system_count != seen.alive + 1 + foreign_threads) continue;
    Told told;
    {
      Locked locked(the);
      Look again = look(the);
      try {
        if (again.all_wait && again.moves == seen.moves) tellStall(the, told, again);
      } catch (const std::bad_alloc&) {
        the.lost_count.fetch_add(1, std::memory_order_relaxed);
      }
    }
    told.flush();
  }
  return nullptr;
}

} // namespace

bool isWatcher() noexcept {
  return is_watcher;
}
void forgetWatcher() noexcept {
  watching.store(false, std::memory_order_relaxed);
}

void startWatching() noexcept {
  if (watching.load(std::memory_order_relaxed) || core().options.deadlock_ms == 0) return;
  if (watching.exchange(true)) return;
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old); // the program's signals are for its own threads
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (native::pthread_create(&thread, &attributes, watch, nullptr) != 0)
    watching.store(false, std::memory_order_relaxed);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

} // namespace racecourse::detail
