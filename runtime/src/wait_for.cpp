// Deadlocks while they happen. Every thread publishes what it waits for before it blocks, and looks afterwards; so
// the one that closes a circle of waits sees the whole of it, and nobody has to poll.
//
// Why it cannot be missed: each thread writes (its owner words), then `waiting`, then passes a full fence, then reads
// the others'. Of two threads whose fences are ordered, the later one reads all the earlier wrote.
// Why it is not invented: the circle is walked under Core::lock, so no lock in it can be retired; each thread's
// wait_sequence is read again after the walk, and a thread that still waits for the same thing has neither moved nor
// released what it holds. Timed waits end the walk: they end by themselves.
//
// Readers are not listed in the lock (that would cost every reader a shared write); the holders of a lock without an
// owner are found by looking through the held stacks of all threads, which happens only here.
#include "runtime/src/report.h"

#include <new>

namespace racecourse::detail {

namespace {

constexpr std::uint32_t max_path = 64;

struct Link {
  std::uint32_t thread, sequence;
  std::uint64_t waiting;
  std::uint32_t wanted_lock; ///< 0: a join
  std::uint32_t stack;
};

struct Walk {
  Core& core;
  std::uint32_t self;
  Link path[max_path];
  std::uint32_t length = 0;
  unsigned steps = 0;

  bool onPath(std::uint32_t thread) const {
    for (std::uint32_t i = 0; i < length; ++i)
      if (path[i].thread == thread) return true;
    return false;
  }

  /// Does this thread wait, directly or not, for `self`?
  // Whoever walks holds Core::lock; the analysis does not see that `core` is the same one.
  bool leadsHome(std::uint32_t thread) RACECOURSE_ATTRIBUTE(no_thread_safety_analysis) {
    ThreadInfo* info = core.threads.find(thread);
    ThreadBlock* block = info ? info->block.load(std::memory_order_relaxed) : nullptr;
    if (!block || length == max_path || ++steps > 10000) return false;
    Link link{thread, block->wait_sequence.load(std::memory_order_acquire),
              block->waiting.load(std::memory_order_seq_cst), 0, waitStack(core, *block)};
    if (link.waiting == 0 || block->wait_is_timed.load(std::memory_order_relaxed)) return false;
    auto kind = static_cast<Awaited>(link.waiting >> 32);
    auto number = static_cast<std::uint32_t>(link.waiting);
    if (kind == Awaited::Lock) link.wanted_lock = number;
    path[length++] = link;
    if (kind == Awaited::Thread && reached(number)) return true;
    if (kind == Awaited::Lock && holdersLeadHome(number, block->wait_mode.load(std::memory_order_relaxed)))
      return true;
    --length;
    return false;
  }

  bool reached(std::uint32_t thread) {
    if (thread == self) return true;
    return !onPath(thread) && leadsHome(thread);
  }

  bool holdersLeadHome(std::uint32_t id, Mode mode) {
    LockInfo* lock = lockById(core, id);
    if (!lock || lock->retired || !lock->object) return false;
    std::uint32_t owner = lock->object->owner.load(std::memory_order_relaxed);
    if (owner == unrecorded_owner) return false;
    if (owner != 0) return owner != path[length - 1].thread && reached(owner);
    if (mode == Mode::Shared) return false; // no writer: somebody is about to hand over
    if (lock->kind != LockKind::SharedMutex && lock->kind != LockKind::SharedTimedMutex) return false;
    for (std::uint32_t number = 1; number <= core.threads.size(); ++number) {
      ThreadInfo* info = core.threads.find(number);
      ThreadBlock* block = info->block.load(std::memory_order_relaxed);
      if (!block || number == path[length - 1].thread) continue;
      std::uint32_t count = block->held_count.load(std::memory_order_relaxed);
      HeldEntry* entries = block->held.load(std::memory_order_relaxed);
      for (std::uint32_t i = 0; i < count && i < block->held_capacity; ++i)
        if (entries[i].lock.load(std::memory_order_relaxed) == id && reached(number)) return true;
    }
    return false;
  }

  bool stillSo() const {
    for (std::uint32_t i = 0; i < length; ++i) {
      ThreadBlock* block = core.threads.find(path[i].thread)->block.load(std::memory_order_relaxed);
      if (!block || block->wait_sequence.load(std::memory_order_seq_cst) != path[i].sequence) return false;
    }
    return true;
  }
};

std::uint32_t stackOfHeld(Core& core, std::uint32_t thread, std::uint32_t lock)
    RACECOURSE_REQUIRES(core.lock) {
  ThreadBlock* block = core.threads.find(thread)->block.load(std::memory_order_relaxed);
  if (!block) return 0;
  std::uint32_t count = block->held_count.load(std::memory_order_relaxed);
  HeldEntry* entries = block->held.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < count; ++i)
    if (entries[i].lock.load(std::memory_order_relaxed) == lock)
      return core.contexts.find(entries[i].origin.load(std::memory_order_relaxed));
  return 0;
}

/// The holder has ended, or is not in this process because fork copies one thread: nobody will give the lock back.
void tellLeftBehind(Core& the, ThreadBlock& block, std::uint32_t lock, std::uint32_t owner, Site site) {
  std::uint32_t stack =
      captureStack(site); // where it is now: the stack of its chain may be of an earlier place
  Told told;
  try {
    Locked locked(the);
    const ThreadInfo* holder = the.threads.find(owner);
    const LockInfo* info = lockById(the, lock);
    if (!holder || !holder->ended || !info || info->retired || !info->object ||
        info->object->owner.load(std::memory_order_relaxed) != owner)
      return; // it was given back meanwhile, or its holder has only just been created
    ReportInfo report{ReportKind::StalledWait, Level::Happening, 0, {lock}, 1, block.number};
    if (!openReport(the, told, report, mix(mix(lock, owner), block.number))) return;
    told.text << "  ";
    describeThread(the, told.text, block.number);
    told.text << " waits for ";
    describeLock(the, told.text, lock);
    told.text << ", held by ";
    describeThread(the, told.text, owner);
    told.text << ", which has ended or stayed in the process that forked\n  waits at:\n";
    describeStack(the, told.text, stack);
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
  told.flush();
}

} // namespace

void publishWait(ThreadBlock& block, std::uint64_t what, Mode mode, bool timed, std::uint32_t stack,
                 std::uint64_t key) {
  block.wait_sequence.fetch_add(1, std::memory_order_relaxed);
  block.wait_mode.store(mode, std::memory_order_relaxed);
  block.wait_is_timed.store(timed, std::memory_order_relaxed);
  block.wait_stack.store(stack, std::memory_order_relaxed);
  block.wait_key.store(key, std::memory_order_relaxed);
  block.waiting.exchange(what, std::memory_order_seq_cst); // an exchange is also the full fence
}

std::uint32_t waitStack(Core& core, const ThreadBlock& block) {
  std::uint32_t stack = block.wait_stack.load(std::memory_order_relaxed);
  return stack != 0 ? stack : core.contexts.find(block.wait_key.load(std::memory_order_relaxed));
}

void clearWait(ThreadBlock& block) {
  block.wait_sequence.fetch_add(1, std::memory_order_relaxed);
  block.waiting.store(0, std::memory_order_release);
}

void checkDeadlock(ThreadBlock& block, Site site) {
  Core& the = core();
  std::uint64_t waiting = block.waiting.load(std::memory_order_relaxed);
  // Nobody waits for a thread that holds nothing, unless somebody joins it; and an owner that runs is no circle.
  if (static_cast<Awaited>(waiting >> 32) == Awaited::Lock) {
    LockInfo* lock = lockById(the, static_cast<std::uint32_t>(waiting));
    std::uint32_t owner = lock && lock->object ? lock->object->owner.load(std::memory_order_relaxed) : 0;
    if (owner != 0) {
      ThreadInfo* info = the.threads.find(owner);
      ThreadBlock* other = info ? info->block.load(std::memory_order_relaxed) : nullptr;
      if (info && !other) return tellLeftBehind(the, block, static_cast<std::uint32_t>(waiting), owner, site);
      if (!other || other->waiting.load(std::memory_order_seq_cst) == 0) return;
    }
  }
  Told told;
  try {
    Locked locked(the);
    Walk walk{the, block.number, {}};
    if (!walk.leadsHome(block.number) || !walk.stillSo()) return;
    ReportInfo info{ReportKind::Deadlock, Level::Happening, 0, {}, 0, block.number};
    std::uint64_t fingerprint = walk.length;
    std::uint32_t first = 0; // the circle is told from its smallest thread on, whoever closed it
    for (std::uint32_t i = 0; i < walk.length; ++i)
      if (walk.path[i].thread < walk.path[first].thread) first = i;
    for (std::uint32_t i = 0; i < walk.length; ++i) {
      const Link& link = walk.path[(first + i) % walk.length];
      fingerprint = mix(mix(fingerprint, link.thread), link.sequence);
      if (link.wanted_lock != 0 && info.lock_count < max_cycle_length)
        info.locks[info.lock_count++] = link.wanted_lock;
    }
    if (!openReport(the, told, info, fingerprint)) return;
    for (std::uint32_t i = 0; i < walk.length; ++i) {
      const Link& link = walk.path[(first + i) % walk.length];
      const Link& next = walk.path[(first + i + 1) % walk.length];
      told.text << "  ";
      describeThread(the, told.text, link.thread);
      if (link.wanted_lock != 0) {
        told.text << " waits for ";
        describeLock(the, told.text, link.wanted_lock);
        told.text << ", held by ";
      } else {
        told.text << " waits for the end of ";
      }
      describeThread(the, told.text, next.thread);
      told.text << "\n  waits at:\n";
      describeStack(the, told.text, link.stack);
      if (link.wanted_lock != 0) {
        told.text << "  ";
        describeThread(the, told.text, next.thread);
        told.text << " took it at:\n";
        describeStack(the, told.text, stackOfHeld(the, next.thread, link.wanted_lock));
      }
    }
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
  told.flush();
}

} // namespace racecourse::detail
