// The lock operations themselves: the fast path, and everything that leaves it.
//
// The fast path of a lock is: a flag, the thread's block, the object's number, a look at the entry that stood above the
// held ones before (the same lock from the same place? then it is ready; else the chain's key, one probe of the
// thread's cache, and a new entry), a try, and the count. It writes nothing another thread reads except the object's owner word (which
// lies beside the lock that was just taken) and the held stack. Anything unusual (first use, a new chain, recursion,
// a hook, a trace, holding times, contention) goes to acquireGeneral, which does the same at leisure.
//
// Order of a push: the entry first, the count last. Order of a release: the count and the owner first, the native
// unlock last, so that nobody finds a lock owned by two.
//
// `busy` is set around all bookkeeping and cleared while a native call blocks. A signal handler that locks meanwhile
// passes through: the native operation is done, and the owner word says "unrecorded", so its unlock is quiet too.
#include "runtime/src/native.h"
#include "runtime/src/report.h"

#include <cerrno>
#include <new>

namespace racecourse::detail {

namespace {

/// How to do the native operations of one primitive.
struct Native {
  int (*tryIt)(void*);
  int (*block)(void*, const Deadline*); ///< null deadline: for ever
  int (*unlock)(void*);
};

timespec onRealtime(const Deadline& deadline) {
  timespec base, real;
  clock_gettime(deadline.clock, &base);
  clock_gettime(CLOCK_REALTIME, &real);
  long ns = real.tv_nsec + deadline.at.tv_nsec - base.tv_nsec;
  long carry = ns >= 1000000000 ? 1 : ns < 0 ? -1 : 0;
  return {real.tv_sec + (deadline.at.tv_sec - base.tv_sec) + carry, ns - carry * 1000000000};
}

int mutexBlock(void* native, const Deadline* deadline) {
  auto* mutex = static_cast<pthread_mutex_t*>(native);
  if (!deadline) return native::pthread_mutex_lock(mutex);
  if (deadline->clock == CLOCK_REALTIME) return native::pthread_mutex_timedlock(mutex, &deadline->at);
#ifdef RACECOURSE_UNDER_TSAN
  // clang 19's ThreadSanitizer knows pthread_mutex_timedlock and not every clock form.
  timespec at = onRealtime(*deadline);
  return native::pthread_mutex_timedlock(mutex, &at);
#else
  return native::pthread_mutex_clocklock(mutex, deadline->clock, &deadline->at);
#endif
}
constexpr Native mutex_native{
    [](void* m) { return native::pthread_mutex_trylock(static_cast<pthread_mutex_t*>(m)); }, mutexBlock,
    [](void* m) { return native::pthread_mutex_unlock(static_cast<pthread_mutex_t*>(m)); }};

int unlockShared(void* native) {
  return native::pthread_rwlock_unlock(static_cast<pthread_rwlock_t*>(native));
}

int writeBlock(void* native, const Deadline* deadline) {
  auto* lock = static_cast<pthread_rwlock_t*>(native);
  if (!deadline) return native::pthread_rwlock_wrlock(lock);
#ifndef RACECOURSE_UNDER_TSAN
  if (deadline->clock != CLOCK_REALTIME)
    return native::pthread_rwlock_clockwrlock(lock, deadline->clock, &deadline->at);
#endif
  timespec at = deadline->clock == CLOCK_REALTIME ? deadline->at : onRealtime(*deadline);
  return native::pthread_rwlock_timedwrlock(lock, &at);
}
constexpr Native write_native{
    [](void* l) { return native::pthread_rwlock_trywrlock(static_cast<pthread_rwlock_t*>(l)); }, writeBlock,
    unlockShared};

int readBlock(void* native, const Deadline* deadline) {
  auto* lock = static_cast<pthread_rwlock_t*>(native);
  if (!deadline) return native::pthread_rwlock_rdlock(lock);
#ifndef RACECOURSE_UNDER_TSAN
  if (deadline->clock != CLOCK_REALTIME)
    return native::pthread_rwlock_clockrdlock(lock, deadline->clock, &deadline->at);
#endif
  timespec at = deadline->clock == CLOCK_REALTIME ? deadline->at : onRealtime(*deadline);
  return native::pthread_rwlock_timedrdlock(lock, &at);
}
constexpr Native read_native{
    [](void* l) { return native::pthread_rwlock_tryrdlock(static_cast<pthread_rwlock_t*>(l)); }, readBlock,
    unlockShared};

// A pthread_spinlock_t is volatile int; the const_cast only takes it through void*.
constexpr Native spin_native{
    [](void* l) { return native::pthread_spin_trylock(static_cast<pthread_spinlock_t*>(l)); },
    [](void* l, const Deadline*) { return native::pthread_spin_lock(static_cast<pthread_spinlock_t*>(l)); },
    [](void* l) { return native::pthread_spin_unlock(static_cast<pthread_spinlock_t*>(l)); }};

bool isRecursive(LockKind kind) {
  return kind == LockKind::RecursiveMutex || kind == LockKind::RecursiveTimedMutex;
}

/// `below` is as good as random, so a sum tells it from others; an exclusive or with itself on the way would cancel it.
std::uint64_t chainKey(std::uint64_t below, std::uint32_t lock, Mode mode, Site site) {
  std::uint64_t what =
      ((std::uint64_t{lock} << 1) | static_cast<std::uint64_t>(mode)) * 0xD6E8FEB86659FD93ULL;
  return mix(below + what, site);
}

/// held[-1] is no lock but has a chain, so there is no question here.
std::uint64_t topChain(ThreadBlock& block) {
  std::uint32_t count = block.held_count.load(std::memory_order_relaxed);
  return (block.held.load(std::memory_order_relaxed) + count)[-1].chain;
}

/// Where the next entry goes; null when there is no memory for it.
HeldEntry* room(ThreadBlock& block) {
  std::uint32_t count = block.held_count.load(std::memory_order_relaxed);
  if (__builtin_expect(count == block.held_capacity, 0) && !growHeld(block)) return nullptr;
  return block.held.load(std::memory_order_relaxed) + count;
}

void write(HeldEntry& entry, std::uint32_t lock, Mode mode, Site site, std::uint64_t below,
           std::uint64_t key) {
  entry.lock.store(lock, std::memory_order_relaxed);
  entry.mode.store(mode, std::memory_order_relaxed);
  entry.depth = 0;
  entry.site = site;
  entry.chain = key;
  entry.below = below;
  entry.origin.store(key, std::memory_order_relaxed);
}

/// What stands above the held ones is what this thread is about to write there, and known.
bool isReady(const HeldEntry& next, std::uint32_t lock, Mode mode, Site site, std::uint64_t below) {
  return next.lock.load(std::memory_order_relaxed) == lock && next.site == site && next.below == below &&
         next.mode.load(std::memory_order_relaxed) == mode;
}

/// The entry that room() gave and write() filled is held from now on.
void admit(ThreadBlock& block) {
  block.held_count.store(block.held_count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

bool push(ThreadBlock& block, std::uint32_t lock, Mode mode, Site site, std::uint64_t key) {
  HeldEntry* entry = room(block);
  if (!entry) return false;
  // What could not be recorded for want of memory is tried again the next time.
  write(*entry, lock, mode, site, knowsChain(block, key) ? entry[-1].chain : 0, key);
  entry->since_ns = 0;
  admit(block);
  return true;
}

void copyEntry(HeldEntry& to, const HeldEntry& from) {
  to.lock.store(from.lock.load(std::memory_order_relaxed), std::memory_order_relaxed);
  to.mode.store(from.mode.load(std::memory_order_relaxed), std::memory_order_relaxed);
  to.origin.store(from.origin.load(std::memory_order_relaxed), std::memory_order_relaxed);
  to.depth = from.depth;
  to.site = from.site;
  to.chain = from.chain;
  to.below = from.below;
  to.since_ns = from.since_ns;
}

/// Takes an entry out wherever it stands; the chains above it become those of a thread that never had it.
void removeHeld(ThreadBlock& block, HeldEntry& entry) {
  HeldEntry* entries = block.held.load(std::memory_order_relaxed);
  std::uint32_t count = block.held_count.load(std::memory_order_relaxed);
  auto index = static_cast<std::uint32_t>(&entry - entries);
  std::uint64_t below = (entries + index)[-1].chain;
  for (; index + 1 < count; ++index) {
    copyEntry(entries[index], entries[index + 1]);
    HeldEntry& moved = entries[index];
    below = moved.chain = chainKey(below, moved.lock.load(std::memory_order_relaxed),
                                   moved.mode.load(std::memory_order_relaxed), moved.site);
    moved.below = 0; // nobody has looked at this chain yet
  }
  entries[count - 1].depth = 0;
  block.held_count.store(count - 1, std::memory_order_relaxed);
}

void tellOperation(operation_kind kind, ThreadBlock& block, std::uint32_t object, bool shared, bool may_fail,
                   Site site) {
  operation event{kind, block.number, object, shared, may_fail, reinterpret_cast<const void*>(site)};
  if (auto* call = hook.load(std::memory_order_acquire)) call(event);
  traceOperation(event);
}

/// The lock is taken by somebody: publish the wait, look whether it can ever end, and wait.
int waitForLock(ThreadBlock& block, std::uint32_t id, Mode mode, Site site, std::uint64_t key,
                const Native& native, void* object, const Deadline* deadline) {
  publishWait(block, awaited(Awaited::Lock, id), mode, deadline != nullptr, 0, key);
  if (!deadline) checkDeadlock(block, site);
  std::uint64_t began_ns = nowNs();
  block.busy = false;
  int code = native.block(object, deadline);
  block.busy = true;
  clearWait(block);
  if (LockInfo* lock = lockById(core(), id)) {
    lock->contended_count.fetch_add(1, std::memory_order_relaxed);
    lock->wait_ns.fetch_add(nowNs() - began_ns, std::memory_order_relaxed);
  }
  return code;
}

int passThrough(LockWord& word, Mode mode, Patience patience, const Native& native, void* object,
                const Deadline* deadline, ThreadBlock* block) {
  if (block) core().reentered_count.fetch_add(1, std::memory_order_relaxed);
  int code = patience == Patience::Try ? native.tryIt(object) : native.block(object, deadline);
  // A recursive lock held by a recorded thread stays that thread's.
  if (code == 0 && mode == Mode::Exclusive && word.owner.load(std::memory_order_relaxed) == 0)
    word.owner.store(unrecorded_owner, std::memory_order_relaxed);
  return code;
}

[[gnu::noinline]] int acquireGeneral(LockWord& word, LockKind kind, Mode mode, Patience patience, Site site,
                                     const Native& native, void* object, const Deadline* deadline) {
  auto plain = [&] {
    return patience == Patience::Try ? native.tryIt(object) : native.block(object, deadline);
  };
  ensureStarted();
  unsigned now = state.load(std::memory_order_relaxed);
  if (now == 0) return plain();
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return passThrough(word, mode, patience, native, object, deadline, block);

  Busy busy(*block);
  Core& the = core();
  std::uint32_t id = word.id.load(std::memory_order_relaxed);
  if (id == 0) {
    Locked locked(the);
    LockInfo* lock = lockFor(the, word, kind);
    if (!lock) the.lost_count.fetch_add(1, std::memory_order_relaxed);
    id = lock ? lock->id : 0;
  }
  if (id == 0) return passThrough(word, mode, patience, native, object, deadline, nullptr);
  if (now & (state_hooked | state_traced))
    tellOperation(operation_kind::acquire, *block, id, mode == Mode::Shared, patience != Patience::Blocking,
                  site);

  HeldEntry* mine = nullptr;
  bool owned = word.owner.load(std::memory_order_relaxed) == block->number;
  if (owned || mode == Mode::Exclusive) mine = findHeld(*block, id);
  if (owned && mine && isRecursive(kind)) {
    int code = plain();
    if (code == 0) ++mine->depth;
    return code;
  }
  if (mine && patience == Patience::Blocking && !isRecursive(kind))
    tellSimple(block, ReportKind::SelfDeadlock, Level::Happening, id, block->number, site,
               "is asked for again by its holder, who will wait for itself:");

  std::uint64_t key = chainKey(topChain(*block), id, mode, site);
  if (!knowsChain(*block, key)) recordRequest(*block, word, kind, mode, patience, site, key);
  int code = native.tryIt(object);
  if (code == EBUSY && patience != Patience::Try)
    code = waitForLock(*block, id, mode, site, key, native, object, deadline);
  if (code != 0) return code;
  if (!push(*block, id, mode, site, key)) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
    if (mode == Mode::Exclusive) word.owner.store(unrecorded_owner, std::memory_order_relaxed);
    return code;
  }
  if (mode == Mode::Exclusive) word.owner.store(block->number, std::memory_order_relaxed);
  if (now & state_timed) {
    std::uint32_t count = block->held_count.load(std::memory_order_relaxed);
    block->held.load(std::memory_order_relaxed)[count - 1].since_ns = nowNs();
  }
  return code;
}

/// The fast path's try has failed; its entry stands above the held ones, not yet counted. Apart, so that the fast path
/// needs no frame for it.
[[gnu::noinline, gnu::cold]] int acquireTaken(ThreadBlock& block, LockWord& word, int code, Mode mode,
                                              Patience patience, const Native& native, void* object) {
  if (code == EBUSY && patience == Patience::Blocking) {
    HeldEntry entry;
    copyEntry(entry, *room(block)); // a signal handler may use its place while this thread waits
    code = waitForLock(block, entry.lock.load(std::memory_order_relaxed), mode, entry.site, entry.chain,
                       native, object, nullptr);
    if (code == 0) {
      copyEntry(*room(block), entry);
      admit(block);
      if (mode == Mode::Exclusive) word.owner.store(block.number, std::memory_order_relaxed);
    }
  }
  block.busy = false;
  return code;
}

/// TryIt and Block are the primitive's calls, known here so that they are inlined.
template <class TryIt>
[[gnu::always_inline]] inline int acquire(LockWord& word, LockKind kind, Mode mode, Patience patience,
                                          Site site, const Native& native, void* object, TryIt tryIt) {
  ThreadBlock* block = current_block;
  std::uint32_t id = word.id.load(std::memory_order_relaxed);
  if (__builtin_expect(
          state.load(std::memory_order_relaxed) != state_recording || !block || id == 0 || block->busy, 0))
    return acquireGeneral(word, kind, mode, patience, site, native, object, nullptr);
  block->busy = true; // before the entry above is looked at: a handler would write its own there
  std::uint32_t count = block->held_count.load(std::memory_order_relaxed);
  HeldEntry* next = block->held.load(std::memory_order_relaxed) + count;
  std::uint64_t below = next[-1].chain;
  // A ready entry was pushed above this very chain, so the lock is not among it, and there is room.
  if (__builtin_expect(!isReady(*next, id, mode, site, below), 0)) {
    std::uint64_t key = chainKey(below, id, mode, site);
    if (__builtin_expect(word.owner.load(std::memory_order_relaxed) == block->number ||
                             (mode == Mode::Exclusive && native.tryIt == write_native.tryIt && count != 0) ||
                             !knowsChain(*block, key) || count == block->held_capacity,
                         0)) {
      block->busy = false;
      return acquireGeneral(word, kind, mode, patience, site, native, object, nullptr);
    }
    // Written before the try, so that nothing of it has to be kept across the call.
    write(*next, id, mode, site, below, key);
  }
  int code = tryIt();
  if (__builtin_expect(code != 0, 0)) return acquireTaken(*block, word, code, mode, patience, native, object);
  admit(*block); // counts from memory: the number itself would be one more register to keep across the call
  if (mode == Mode::Exclusive) word.owner.store(block->number, std::memory_order_relaxed);
  block->busy = false;
  return 0;
}

void checkBudget(ThreadBlock& block, const HeldEntry& entry, std::uint32_t id, Site site) {
  if (entry.since_ns == 0) return;
  std::uint64_t held_ns = nowNs() - entry.since_ns;
  if (held_ns <= std::uint64_t{core().options.hold_budget_ms} * 1000000) return;
  tellSimple(&block, ReportKind::HoldOverBudget, Level::Happening, id, block.number, site,
             "was held longer than the budget by");
}

[[gnu::noinline]] int releaseGeneral(LockWord& word, const Native& native, void* object, Site site) {
  unsigned now = state.load(std::memory_order_relaxed);
  if (now == 0 || (now & state_unstarted)) return native.unlock(object);
  ThreadBlock* block = ensureBlock();
  std::uint32_t owner = word.owner.load(std::memory_order_relaxed);
  if (!block || block->busy) {
    if (owner == unrecorded_owner) word.owner.store(0, std::memory_order_relaxed);
    return native.unlock(object);
  }
  Busy busy(*block);
  std::uint32_t id = word.id.load(std::memory_order_relaxed);
  if (HeldEntry* mine = id != 0 ? findHeld(*block, id) : nullptr) {
    if (mine->depth > 0) {
      --mine->depth;
    } else {
      if (now & state_timed) checkBudget(*block, *mine, id, site);
      removeHeld(*block, *findHeld(*block, id));
      if (owner == block->number) word.owner.store(0, std::memory_order_relaxed);
    }
  } else if (owner == unrecorded_owner) {
    word.owner.store(0, std::memory_order_relaxed);
  } else if (id != 0 && core().lost_count.load(std::memory_order_relaxed) == 0) {
    tellSimple(block, ReportKind::UnlockNotOwner, Level::Happening, id, owner, site,
               owner != 0 ? "is unlocked by a thread that does not hold it; its holder is"
                          : "is unlocked by a thread that does not hold it; nobody does");
    word.owner.store(0, std::memory_order_relaxed);
  }
  int code = native.unlock(object);
  if (now & (state_hooked | state_traced))
    tellOperation(operation_kind::release, *block, id, false, false, site);
  return code;
}

template <class Unlock>
[[gnu::always_inline]] inline int release(LockWord& word, Mode mode, const Native& native, void* object,
                                          Site site, Unlock unlock) {
  ThreadBlock* block = current_block;
  if (__builtin_expect(state.load(std::memory_order_relaxed) != state_recording || !block || block->busy, 0))
    return releaseGeneral(word, native, object, site);
  std::uint32_t count = block->held_count.load(std::memory_order_relaxed);
  // With nothing held this is held[-1], which is no lock's entry.
  HeldEntry& top = (block->held.load(std::memory_order_relaxed) + count)[-1];
  if (__builtin_expect(top.lock.load(std::memory_order_relaxed) != word.id.load(std::memory_order_relaxed) ||
                           top.depth != 0,
                       0))
    return releaseGeneral(word, native, object, site);
  block->held_count.store(count - 1, std::memory_order_relaxed);
  if (mode == Mode::Exclusive) word.owner.store(0, std::memory_order_relaxed);
  return unlock();
}

Site here(void* return_address) {
  return reinterpret_cast<Site>(return_address);
}

} // namespace

HeldEntry* findHeld(ThreadBlock& block, std::uint32_t lock) {
  HeldEntry* entries = block.held.load(std::memory_order_relaxed);
  for (std::uint32_t i = block.held_count.load(std::memory_order_relaxed); i-- > 0;)
    if (entries[i].lock.load(std::memory_order_relaxed) == lock) return entries + i;
  return nullptr;
}

bool growHeld(ThreadBlock& block) {
  Core& the = core();
  Locked locked(the);
  std::uint32_t old_size = 1 + block.held_capacity + 1,
                size = old_size * 2; // held[-1] counts, and the one above
  auto* larger = static_cast<HeldEntry*>(the.arena.tryAllocate(size * sizeof(HeldEntry)));
  if (!larger) return false;
  HeldEntry* old = block.held.load(std::memory_order_relaxed) - 1;
  for (std::uint32_t i = 0; i < size; ++i)
    new (larger + i) HeldEntry();
  for (std::uint32_t i = 0; i < old_size; ++i)
    copyEntry(larger[i], old[i]);
  block.held.store(larger + 1, std::memory_order_relaxed);
  if (old != block.inline_entries) the.arena.release(old, old_size * sizeof(HeldEntry));
  block.held_capacity = size - 2;
  return true;
}

#define RACECOURSE_SITE here(__builtin_return_address(0))
#define RACECOURSE_SITE_OR(site) here(site ? const_cast<void*>(site) : __builtin_return_address(0))

int mutexLock(LockWord& word, pthread_mutex_t& native, LockKind kind, const void* site) {
  return acquire(word, kind, Mode::Exclusive, Patience::Blocking, RACECOURSE_SITE_OR(site), mutex_native,
                 &native, [&] { return native::pthread_mutex_trylock(&native); });
}
int mutexTryLock(LockWord& word, pthread_mutex_t& native, LockKind kind, const void* site) {
  return acquire(word, kind, Mode::Exclusive, Patience::Try, RACECOURSE_SITE_OR(site), mutex_native, &native,
                 [&] { return native::pthread_mutex_trylock(&native); });
}
int mutexLockUntil(LockWord& word, pthread_mutex_t& native, LockKind kind, const Deadline& deadline,
                   const void* site) {
  return acquireGeneral(word, kind, Mode::Exclusive, Patience::Timed, RACECOURSE_SITE_OR(site), mutex_native,
                        &native, &deadline);
}
int mutexUnlock(LockWord& word, pthread_mutex_t& native, LockKind, const void* site) {
  return release(word, Mode::Exclusive, mutex_native, &native, RACECOURSE_SITE_OR(site),
                 [&] { return native::pthread_mutex_unlock(&native); });
}

int sharedLock(LockWord& word, pthread_rwlock_t& native, LockKind kind, Mode mode, const void* site) {
  if (mode == Mode::Shared)
    return acquire(word, kind, mode, Patience::Blocking, RACECOURSE_SITE_OR(site), read_native, &native,
                   [&] { return native::pthread_rwlock_tryrdlock(&native); });
  return acquire(word, kind, mode, Patience::Blocking, RACECOURSE_SITE_OR(site), write_native, &native,
                 [&] { return native::pthread_rwlock_trywrlock(&native); });
}
int sharedTryLock(LockWord& word, pthread_rwlock_t& native, LockKind kind, Mode mode, const void* site) {
  if (mode == Mode::Shared)
    return acquire(word, kind, mode, Patience::Try, RACECOURSE_SITE_OR(site), read_native, &native,
                   [&] { return native::pthread_rwlock_tryrdlock(&native); });
  return acquire(word, kind, mode, Patience::Try, RACECOURSE_SITE_OR(site), write_native, &native,
                 [&] { return native::pthread_rwlock_trywrlock(&native); });
}
int sharedLockUntil(LockWord& word, pthread_rwlock_t& native, LockKind kind, Mode mode,
                    const Deadline& deadline, const void* site) {
  return acquireGeneral(word, kind, mode, Patience::Timed, RACECOURSE_SITE_OR(site),
                        mode == Mode::Shared ? read_native : write_native, &native, &deadline);
}
int sharedUnlock(LockWord& word, pthread_rwlock_t& native, LockKind, const void* site) {
  // The owner word is cleared by a writer only; for readers it is 0 already, and nobody writes it while they read.
  Mode mode = word.owner.load(std::memory_order_relaxed) != 0 ? Mode::Exclusive : Mode::Shared;
  return release(word, mode, read_native, &native, RACECOURSE_SITE_OR(site),
                 [&] { return native::pthread_rwlock_unlock(&native); });
}

int spinLock(LockWord& word, pthread_spinlock_t& native, const void* site) {
  return acquire(word, LockKind::Spin, Mode::Exclusive, Patience::Blocking, RACECOURSE_SITE_OR(site),
                 spin_native, const_cast<int*>(&native),
                 [&] { return native::pthread_spin_trylock(&native); });
}
int spinTryLock(LockWord& word, pthread_spinlock_t& native, const void* site) {
  return acquire(word, LockKind::Spin, Mode::Exclusive, Patience::Try, RACECOURSE_SITE_OR(site), spin_native,
                 const_cast<int*>(&native), [&] { return native::pthread_spin_trylock(&native); });
}
int spinUnlock(LockWord& word, pthread_spinlock_t& native, const void* site) {
  return release(word, Mode::Exclusive, spin_native, const_cast<int*>(&native), RACECOURSE_SITE_OR(site),
                 [&] { return native::pthread_spin_unlock(&native); });
}

// --- waits -------------------------------------------------------------------------------------------------------

namespace {

int waitNatively(pthread_cond_t& condition, pthread_mutex_t& native, const Deadline* deadline) {
  if (!deadline) return native::pthread_cond_wait(&condition, &native);
  if (deadline->clock == CLOCK_REALTIME)
    return native::pthread_cond_timedwait(&condition, &native, &deadline->at);
  return native::pthread_cond_clockwait(&condition, &native, deadline->clock, &deadline->at);
}

const char* nameOf(WaitKind kind) {
  constexpr const char* names[] = {
      "condition", "semaphore", "event", "queue to have something", "queue to have room", "queue to be done",
      "thread",    "result",    "pool"};
  return names[static_cast<unsigned>(kind)];
}

/// A wait without an owner while locks are held: whoever should end it may need one of them. Possible when another
/// thread is known to ask for one; else the order only, told with level=order.
void tellWaitWhileHolding(ThreadBlock& block, WaitKind kind, const void* object, const char* name, bool timed,
                          Site site) {
  Core& the = core();
  std::uint32_t count = block.held_count.load(std::memory_order_relaxed);
  std::uint32_t stack = captureStack(site);
  Told told;
  try {
    Locked locked(the);
    HeldEntry* entries = block.held.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t id = entries[i].lock.load(std::memory_order_relaxed);
      if (id == 0) continue;
      std::uint32_t wanted_by = 0;
      for (std::uint32_t number = 1; number <= the.threads.size() && wanted_by == 0; ++number) {
        const TouchedSet& set = the.threads.find(number)->touched;
        if (number == block.number) continue;
        for (std::uint32_t slot = 0; slot < set.capacity; ++slot)
          if (set.slots[slot].lock == id) wanted_by = number;
      }
      ReportInfo info{ReportKind::WaitWhileHolding,
                      timed || wanted_by == 0 ? Level::Order : Level::Possible,
                      static_cast<RuleSet>(timed ? RuleTimed : 0),
                      {id},
                      1,
                      block.number};
      std::uint64_t fingerprint = mix(mix(id, reinterpret_cast<std::uintptr_t>(object)), site);
      if (!openReport(the, told, info, mix(fingerprint, static_cast<std::uint64_t>(info.level)))) continue;
      told.text << "  ";
      describeThread(the, told.text, block.number);
      told.text << " waits for a " << nameOf(kind);
      if (name && name[0]) told.text << " \"" << name << "\"";
      told.text << " while it holds ";
      describeLock(the, told.text, id);
      if (wanted_by != 0) {
        told.text << ", which is also asked for by ";
        describeThread(the, told.text, wanted_by);
      }
      told.text << "\n  waits at:\n";
      describeStack(the, told.text, stack);
      told.text << "  took the lock at:\n";
      describeStack(the, told.text, the.contexts.find(entries[i].origin.load(std::memory_order_relaxed)));
    }
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
  told.flush();
}

} // namespace

int conditionWait(pthread_cond_t& condition, LockWord& word, pthread_mutex_t& native, LockKind kind,
                  const Deadline* deadline, const void* place) {
  unsigned now = state.load(std::memory_order_relaxed);
  ThreadBlock* block = now == 0 ? nullptr : ensureBlock();
  std::uint32_t id = word.id.load(std::memory_order_relaxed);
  if (!block || block->busy || id == 0) return waitNatively(condition, native, deadline);
  Busy busy(*block);
  Site site = RACECOURSE_SITE_OR(place);
  HeldEntry* mine = findHeld(*block, id);
  if (!mine) {
    int code = waitNatively(condition, native, deadline);
    return code;
  }
  std::uint32_t depth = mine->depth;
  removeHeld(*block, *mine);
  if (block->held_count.load(std::memory_order_relaxed) != 0)
    tellWaitWhileHolding(*block, WaitKind::Condition, &condition, nullptr, deadline != nullptr, site);
  // The lock is asked for again when the wait ends, with all that is held: an edge like any other.
  std::uint64_t key = chainKey(topChain(*block), id, Mode::Exclusive, site);
  if (!knowsChain(*block, key))
    recordRequest(*block, word, kind, Mode::Exclusive, Patience::Blocking, site, key);
  if (now & (state_hooked | state_traced))
    tellOperation(operation_kind::wait, *block, id, false, deadline != nullptr, site);
  startWatching();
  word.owner.store(0, std::memory_order_relaxed);
  publishWait(*block, awaited(Awaited::Ownerless, static_cast<std::uint32_t>(WaitKind::Condition)),
              Mode::Exclusive, deadline != nullptr, 0, key);
  block->busy = false;
  int code;
  {
    // Cancellation unwinds through the native wait with the mutex taken again.
    struct Retake {
      ThreadBlock& block;
      LockWord& word;
      std::uint32_t id, depth;
      Site site;
      std::uint64_t key;
      ~Retake() {
        block.busy = true;
        clearWait(block);
        word.owner.store(block.number, std::memory_order_relaxed);
        if (push(block, id, Mode::Exclusive, site, key))
          findHeld(block, id)->depth = depth;
        else
          word.owner.store(unrecorded_owner, std::memory_order_relaxed);
      }
    } retake{*block, word, id, depth, site, key};
    code = waitNatively(condition, native, deadline);
  }
  if (block->held_count.load(std::memory_order_relaxed) > 1) {
    // Meanwhile another thread may have shown that it needs what this one kept.
    HeldEntry* top = findHeld(*block, id);
    removeHeld(*block, *top);
    tellWaitWhileHolding(*block, WaitKind::Condition, &condition, nullptr, deadline != nullptr, site);
    push(*block, id, Mode::Exclusive, site, key);
    findHeld(*block, id)->depth = depth;
  }
  if (now & (state_hooked | state_traced))
    tellOperation(operation_kind::woken, *block, id, false, false, site);
  return code;
}

WaitScope::WaitScope(WaitKind kind, const void* object, const char* name, bool timed,
                     std::uint32_t thread_number) noexcept
    : thread_(nullptr) {
  unsigned now = state.load(std::memory_order_relaxed);
  ThreadBlock* block = now == 0 ? nullptr : ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Site site = RACECOURSE_SITE;
  bool in_graph =
      kind == WaitKind::Join || kind == WaitKind::Result || kind == WaitKind::Pool; // pseudo-locks
  if (!in_graph && block->held_count.load(std::memory_order_relaxed) != 0)
    tellWaitWhileHolding(*block, kind, object, name, timed, site);
  if (now & (state_hooked | state_traced))
    tellOperation(operation_kind::wait, *block, thread_number, false, timed, site);
  startWatching();
  std::uint64_t what = thread_number != 0 ? awaited(Awaited::Thread, thread_number)
                                          : awaited(Awaited::Ownerless, static_cast<std::uint32_t>(kind));
  publishWait(*block, what, Mode::Exclusive, timed, captureStack(site));
  if (thread_number != 0 && !timed) checkDeadlock(*block, site);
  thread_ = block;
}

WaitScope::~WaitScope() {
  auto* block = static_cast<ThreadBlock*>(thread_);
  if (!block || block->busy) return;
  Busy busy(*block);
  clearWait(*block);
  if (state.load(std::memory_order_relaxed) & (state_hooked | state_traced))
    tellOperation(operation_kind::woken, *block, 0, false, false, RACECOURSE_SITE);
}

void tellNotify(const void*) noexcept {
  unsigned now = state.load(std::memory_order_relaxed);
  if (!(now & (state_hooked | state_traced)) || (now & state_unstarted)) return;
  ThreadBlock* block = ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  tellOperation(operation_kind::notify, *block, 0, false, false, RACECOURSE_SITE);
}

namespace {
/// Counts from the next lock taken with nothing held.
void setEmptyChain(ThreadBlock& block, std::uint64_t chain) {
  block.held.load(std::memory_order_relaxed)[-1].chain = chain;
}
} // namespace

TaskScope::TaskScope(LockWord& pool) noexcept : thread_(nullptr), previous_(0) {
  ThreadBlock* block = switchedOff() ? nullptr : ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  Locked locked(the);
  LockInfo* run = lockFor(the, pool, LockKind::PoolRun);
  if (!run) return;
  thread_ = block;
  previous_ = block->pool_lock;
  block->pool_lock = run->id;
  setEmptyChain(*block, mix(run->id, 2)); // so that chains known outside of a task are looked at again inside
}

TaskScope::~TaskScope() {
  auto* block = static_cast<ThreadBlock*>(thread_);
  if (!block) return;
  block->pool_lock = previous_;
  setEmptyChain(*block, previous_ == 0 ? 1 : mix(previous_, 2));
}

void tellGauge(LockWord& object, Gauge gauge, const char* name, std::uint64_t value) noexcept {
  ThreadBlock* block = switchedOff() ? nullptr : ensureBlock();
  if (!block || block->busy) return;
  Busy busy(*block);
  Core& the = core();
  Locked locked(the);
  try {
    std::uint32_t number = object.owner.load(std::memory_order_relaxed);
    if (number == 0 || number > the.gauges.size()) {
      the.gauges.emplace_back();
      number = static_cast<std::uint32_t>(the.gauges.size());
      object.owner.store(number, std::memory_order_relaxed);
      GaugeInfo& info = the.gauges.back();
      info.object = number;
      info.gauge = gauge;
      for (std::size_t i = 0; name && name[i] != 0 && i + 1 < sizeof info.name; ++i)
        info.name[i] = name[i];
    }
    GaugeInfo& info = the.gauges[number - 1];
    info.highest = std::max(info.highest, value);
  } catch (const std::bad_alloc&) {
    the.lost_count.fetch_add(1, std::memory_order_relaxed);
  }
}

} // namespace racecourse::detail
