// libracecourse_preload.so: the pthread calls of an unmodified program, recorded. Each function here finds the object's
// word by its address and goes through the same operations as the types do.
//
// Beware. dlsym may allocate, and an allocator may lock: while the table is being filled, locks succeed without being
// taken (there is one thread then). dlsym finds the oldest version of a name when it is asked for none, and the oldest
// condition variables are another type, so versions are asked for. The result of dlsym goes to a variable before it is
// used: as a tail call it would look from the loader's place instead of ours.
#include "runtime/preload/address_words.h"
#include "runtime/src/core.h"
#include "runtime/src/native.h"

#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>

namespace racecourse::detail::native {

constinit Table table{};

namespace {
constinit std::atomic<int> resolved{0}; ///< 0 no, 1 under way, 2 yes

void* lookUp(const char* name) {
  // The condition variables' present type came with 2.3.2; the rest has one version only, or all alike.
  void* found = nullptr;
  for (const char* version : {"GLIBC_2.34", "GLIBC_2.30", "GLIBC_2.3.2"}) {
    found = dlvsym(RTLD_NEXT, name, version);
    if (found) break;
  }
  if (!found) found = dlsym(RTLD_NEXT, name);
  return found;
}

template <class Pointer> void fill(Pointer& pointer, const char* name) {
  void* found = lookUp(name);
  pointer = reinterpret_cast<Pointer>(found);
}
} // namespace

void resolve() {
  if (__builtin_expect(resolved.load(std::memory_order_acquire) == 2, 1)) return;
  int not_yet = 0;
  if (!resolved.compare_exchange_strong(not_yet, 1)) return;
  // All at once: an allocator that could lock already and not yet unlock would wait for itself.
  Table found{};
#define RACECOURSE_FILL(name, result, parameters, arguments) fill(found.name, #name);
  RACECOURSE_NATIVE_CALLS(RACECOURSE_FILL)
#undef RACECOURSE_FILL
  table = found;
  resolved.store(2, std::memory_order_release);
}

namespace {
[[gnu::constructor(101)]] void resolveEarly() {
  resolve();
}
} // namespace

} // namespace racecourse::detail::native

namespace {

using namespace racecourse::detail;

// glibc keeps a mutex's type in the low bits; robust, priority-protected and process-shared ones have higher bits and
// are left alone, as their owners may be other processes or die.
constexpr int type_bits = 3, elision_bits = 256 | 512, recursive_type = 1, errorcheck_type = 2;
bool isPlain(const pthread_mutex_t& mutex) {
  return (mutex.__data.__kind & ~(type_bits | elision_bits)) == 0;
}
LockKind kindOf(const pthread_mutex_t& mutex) {
  // An error-checking mutex answers its owner's second request instead of hanging, as a recursive one does.
  int type = mutex.__data.__kind & type_bits;
  return type == recursive_type || type == errorcheck_type ? LockKind::RecursiveMutex : LockKind::Mutex;
}

template <class Native> LockWord* recorded(const Native* object) {
  return switchedOff() ? nullptr : wordAt(object);
}
template <> LockWord* recorded(const pthread_mutex_t* mutex) {
  return switchedOff() || !isPlain(*mutex) ? nullptr : wordAt(mutex);
}

void retire(const void* object, LockKind kind) {
  if (LockWord* word = knownWordAt(object)) retireLock(*word, kind);
}

/// pthread_t → our number, by the same table: the word's owner holds the number. Handles are used again after a join.
std::atomic<std::uint32_t>* numberOf(pthread_t thread) {
  LockWord* word = wordAt(reinterpret_cast<const void*>(thread));
  return word ? &word->owner : nullptr;
}
std::uint32_t takeNumber(pthread_t thread) {
  auto* number = numberOf(thread);
  return number ? number->exchange(0) : 0;
}

struct Beginning {
  void* (*run)(void*);
  void* argument;
  std::uint32_t number;
};

void* begin(void* memory) {
  Beginning beginning = *static_cast<Beginning*>(memory);
  free(memory);
  if (auto* number = numberOf(pthread_self())) number->store(beginning.number);
  beginThread(beginning.number);
  return beginning.run(beginning.argument);
}

} // namespace

#define RACECOURSE_EXPORT extern "C" __attribute__((visibility("default")))
#define RACECOURSE_CALLER __builtin_return_address(0)
// While the native calls are being looked up there is one thread, and nothing to wait for.
#define RACECOURSE_READY(name, meanwhile)                                                                    \
  if (__builtin_expect(native::table.name == nullptr, 0)) native::resolve();                                 \
  if (__builtin_expect(native::table.name == nullptr, 0)) return meanwhile

// --- mutexes -----------------------------------------------------------------------------------------------------

RACECOURSE_EXPORT int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  RACECOURSE_READY(pthread_mutex_lock, 0);
  LockWord* word = recorded(mutex);
  return word ? mutexLock(*word, *mutex, kindOf(*mutex), RACECOURSE_CALLER)
              : native::pthread_mutex_lock(mutex);
}
RACECOURSE_EXPORT int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  RACECOURSE_READY(pthread_mutex_trylock, 0);
  LockWord* word = recorded(mutex);
  return word ? mutexTryLock(*word, *mutex, kindOf(*mutex), RACECOURSE_CALLER)
              : native::pthread_mutex_trylock(mutex);
}
RACECOURSE_EXPORT int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* at) noexcept {
  RACECOURSE_READY(pthread_mutex_timedlock, 0);
  LockWord* word = recorded(mutex);
  return word ? mutexLockUntil(*word, *mutex, kindOf(*mutex), {CLOCK_REALTIME, *at}, RACECOURSE_CALLER)
              : native::pthread_mutex_timedlock(mutex, at);
}
RACECOURSE_EXPORT int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                                              const timespec* at) noexcept {
  RACECOURSE_READY(pthread_mutex_clocklock, 0);
  LockWord* word = recorded(mutex);
  return word ? mutexLockUntil(*word, *mutex, kindOf(*mutex), {clock, *at}, RACECOURSE_CALLER)
              : native::pthread_mutex_clocklock(mutex, clock, at);
}
RACECOURSE_EXPORT int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  RACECOURSE_READY(pthread_mutex_unlock, 0);
  LockWord* word = recorded(mutex);
  return word ? mutexUnlock(*word, *mutex, kindOf(*mutex), RACECOURSE_CALLER)
              : native::pthread_mutex_unlock(mutex);
}
RACECOURSE_EXPORT int pthread_mutex_init(pthread_mutex_t* mutex,
                                         const pthread_mutexattr_t* attributes) noexcept {
  RACECOURSE_READY(pthread_mutex_init, ENOMEM);
  if (!switchedOff()) retire(mutex, LockKind::Mutex);
  return native::pthread_mutex_init(mutex, attributes);
}
RACECOURSE_EXPORT int pthread_mutex_destroy(pthread_mutex_t* mutex) noexcept {
  RACECOURSE_READY(pthread_mutex_destroy, 0);
  if (!switchedOff()) retire(mutex, LockKind::Mutex);
  return native::pthread_mutex_destroy(mutex);
}

// --- readers and writers -----------------------------------------------------------------------------------------

#define RACECOURSE_SHARED(name, operation, ...)                                                              \
  RACECOURSE_READY(name, 0);                                                                                 \
  LockWord* word = recorded(lock);                                                                           \
  if (!word) return native::name(lock __VA_OPT__(, ) __VA_ARGS__);                                           \
  return operation

RACECOURSE_EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_rdlock,
                    sharedLock(*word, *lock, LockKind::SharedMutex, Mode::Shared, RACECOURSE_CALLER));
}
RACECOURSE_EXPORT int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_wrlock,
                    sharedLock(*word, *lock, LockKind::SharedMutex, Mode::Exclusive, RACECOURSE_CALLER));
}
RACECOURSE_EXPORT int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_tryrdlock,
                    sharedTryLock(*word, *lock, LockKind::SharedMutex, Mode::Shared, RACECOURSE_CALLER));
}
RACECOURSE_EXPORT int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_trywrlock,
                    sharedTryLock(*word, *lock, LockKind::SharedMutex, Mode::Exclusive, RACECOURSE_CALLER));
}
RACECOURSE_EXPORT int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const timespec* at) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_timedrdlock,
                    sharedLockUntil(*word, *lock, LockKind::SharedTimedMutex, Mode::Shared,
                                    {CLOCK_REALTIME, *at}, RACECOURSE_CALLER),
                    at);
}
RACECOURSE_EXPORT int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const timespec* at) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_timedwrlock,
                    sharedLockUntil(*word, *lock, LockKind::SharedTimedMutex, Mode::Exclusive,
                                    {CLOCK_REALTIME, *at}, RACECOURSE_CALLER),
                    at);
}
RACECOURSE_EXPORT int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock,
                                                 const timespec* at) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_clockrdlock,
                    sharedLockUntil(*word, *lock, LockKind::SharedTimedMutex, Mode::Shared, {clock, *at},
                                    RACECOURSE_CALLER),
                    clock, at);
}
RACECOURSE_EXPORT int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock,
                                                 const timespec* at) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_clockwrlock,
                    sharedLockUntil(*word, *lock, LockKind::SharedTimedMutex, Mode::Exclusive, {clock, *at},
                                    RACECOURSE_CALLER),
                    clock, at);
}
RACECOURSE_EXPORT int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
  RACECOURSE_SHARED(pthread_rwlock_unlock,
                    sharedUnlock(*word, *lock, LockKind::SharedMutex, RACECOURSE_CALLER));
}
RACECOURSE_EXPORT int pthread_rwlock_init(pthread_rwlock_t* lock,
                                          const pthread_rwlockattr_t* attributes) noexcept {
  RACECOURSE_READY(pthread_rwlock_init, ENOMEM);
  if (!switchedOff()) retire(lock, LockKind::SharedMutex);
  return native::pthread_rwlock_init(lock, attributes);
}
RACECOURSE_EXPORT int pthread_rwlock_destroy(pthread_rwlock_t* lock) noexcept {
  RACECOURSE_READY(pthread_rwlock_destroy, 0);
  if (!switchedOff()) retire(lock, LockKind::SharedMutex);
  return native::pthread_rwlock_destroy(lock);
}

// --- spinlocks ---------------------------------------------------------------------------------------------------

RACECOURSE_EXPORT int pthread_spin_lock(pthread_spinlock_t* lock) noexcept {
  RACECOURSE_READY(pthread_spin_lock, 0);
  LockWord* word = recorded(const_cast<int*>(lock));
  return word ? spinLock(*word, *lock, RACECOURSE_CALLER) : native::pthread_spin_lock(lock);
}
RACECOURSE_EXPORT int pthread_spin_trylock(pthread_spinlock_t* lock) noexcept {
  RACECOURSE_READY(pthread_spin_trylock, 0);
  LockWord* word = recorded(const_cast<int*>(lock));
  return word ? spinTryLock(*word, *lock, RACECOURSE_CALLER) : native::pthread_spin_trylock(lock);
}
RACECOURSE_EXPORT int pthread_spin_unlock(pthread_spinlock_t* lock) noexcept {
  RACECOURSE_READY(pthread_spin_unlock, 0);
  LockWord* word = recorded(const_cast<int*>(lock));
  return word ? spinUnlock(*word, *lock, RACECOURSE_CALLER) : native::pthread_spin_unlock(lock);
}
RACECOURSE_EXPORT int pthread_spin_init(pthread_spinlock_t* lock, int shared) noexcept {
  RACECOURSE_READY(pthread_spin_init, ENOMEM);
  if (!switchedOff()) retire(const_cast<int*>(lock), LockKind::Spin);
  return native::pthread_spin_init(lock, shared);
}
RACECOURSE_EXPORT int pthread_spin_destroy(pthread_spinlock_t* lock) noexcept {
  RACECOURSE_READY(pthread_spin_destroy, 0);
  if (!switchedOff()) retire(const_cast<int*>(lock), LockKind::Spin);
  return native::pthread_spin_destroy(lock);
}

// --- conditions and semaphores: cancellation points, so they may unwind ---------------------------------------------

RACECOURSE_EXPORT int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  RACECOURSE_READY(pthread_cond_wait, 0);
  LockWord* word = recorded(mutex);
  return word ? conditionWait(*condition, *word, *mutex, kindOf(*mutex), nullptr, RACECOURSE_CALLER)
              : native::pthread_cond_wait(condition, mutex);
}
RACECOURSE_EXPORT int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                             const timespec* at) {
  RACECOURSE_READY(pthread_cond_timedwait, 0);
  LockWord* word = recorded(mutex);
  // The clock is the condition's own and known to the system only; the deadline marks the wait as timed and is handed
  // on as it is.
  Deadline deadline{CLOCK_REALTIME, *at};
  return word ? conditionWait(*condition, *word, *mutex, kindOf(*mutex), &deadline, RACECOURSE_CALLER)
              : native::pthread_cond_timedwait(condition, mutex, at);
}
RACECOURSE_EXPORT int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                             clockid_t clock, const timespec* at) {
  RACECOURSE_READY(pthread_cond_clockwait, 0);
  LockWord* word = recorded(mutex);
  Deadline deadline{clock, *at};
  // CLOCK_REALTIME means "the condition's own" inside, so a wait on that clock goes there by its name.
  if (!word || clock == CLOCK_REALTIME) return native::pthread_cond_clockwait(condition, mutex, clock, at);
  return conditionWait(*condition, *word, *mutex, kindOf(*mutex), &deadline, RACECOURSE_CALLER);
}

RACECOURSE_EXPORT int sem_wait(sem_t* semaphore) {
  RACECOURSE_READY(sem_wait, 0);
  if (switchedOff()) return native::sem_wait(semaphore);
  if (native::sem_trywait(semaphore) == 0) return 0;
  WaitScope wait(WaitKind::Semaphore, semaphore, nullptr, false);
  return native::sem_wait(semaphore);
}
RACECOURSE_EXPORT int sem_timedwait(sem_t* semaphore, const timespec* at) {
  RACECOURSE_READY(sem_timedwait, 0);
  if (switchedOff()) return native::sem_timedwait(semaphore, at);
  if (native::sem_trywait(semaphore) == 0) return 0;
  WaitScope wait(WaitKind::Semaphore, semaphore, nullptr, true);
  return native::sem_timedwait(semaphore, at);
}
RACECOURSE_EXPORT int sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* at) {
  RACECOURSE_READY(sem_clockwait, 0);
  if (switchedOff()) return native::sem_clockwait(semaphore, clock, at);
  if (native::sem_trywait(semaphore) == 0) return 0;
  WaitScope wait(WaitKind::Semaphore, semaphore, nullptr, true);
  return native::sem_clockwait(semaphore, clock, at);
}

// --- threads -----------------------------------------------------------------------------------------------------

RACECOURSE_EXPORT int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                                     void* argument) noexcept {
  RACECOURSE_READY(pthread_create, EAGAIN);
  std::uint32_t number = announceThread(nullptr);
  auto* beginning = number != 0 ? static_cast<Beginning*>(malloc(sizeof(Beginning))) : nullptr;
  if (!beginning) return native::pthread_create(thread, attributes, run, argument);
  *beginning = {run, argument, number};
  int code = native::pthread_create(thread, attributes, begin, beginning);
  if (code != 0) {
    free(beginning);
    abandonThread(number);
    return code;
  }
  // The new thread stores its number too; whoever joins it may come before it runs. A thread that is over may have been
  // joined and its handle used again, but not before this one returns the handle to anybody.
  int state = PTHREAD_CREATE_JOINABLE;
  if (attributes) pthread_attr_getdetachstate(attributes, &state);
  if (state == PTHREAD_CREATE_DETACHED)
    detachThread(number);
  else if (auto* stored = numberOf(*thread))
    stored->store(number);
  return code;
}
RACECOURSE_EXPORT int pthread_join(pthread_t thread, void** result) {
  RACECOURSE_READY(pthread_join, 0);
  if (switchedOff()) return native::pthread_join(thread, result);
  auto* stored = numberOf(thread);
  std::uint32_t number = stored ? stored->load() : 0;
  int code;
  if (number != 0) {
    askJoin(number);
    WaitScope wait(WaitKind::Join, nullptr, nullptr, false, number);
    code = native::pthread_join(thread, result);
  } else {
    code = native::pthread_join(thread, result);
  }
  if (code == 0 && number != 0) {
    stored->compare_exchange_strong(number, 0);
    finishJoin(number);
  }
  return code;
}
RACECOURSE_EXPORT int pthread_detach(pthread_t thread) noexcept {
  RACECOURSE_READY(pthread_detach, 0);
  if (!switchedOff())
    if (std::uint32_t number = takeNumber(thread)) detachThread(number);
  return native::pthread_detach(thread);
}
RACECOURSE_EXPORT int pthread_setname_np(pthread_t thread, const char* name) noexcept {
  RACECOURSE_READY(pthread_setname_np, 0);
  if (pthread_equal(thread, pthread_self())) {
    racecourse::set_thread_name(name);
  } else if (!switchedOff()) {
    auto* number = numberOf(thread);
    if (number) nameThread(number->load(), name);
  }
  return native::pthread_setname_np(thread, name);
}
