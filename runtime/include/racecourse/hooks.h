// Where the wrappers (and the preloaded library) meet the recorder. Programs do not call this; they use the types.
//
// Every call does the native operation itself, so that a program runs the same with the recorder on, off, out of
// memory, or re-entered from a signal handler: what cannot be recorded is passed through. Codes returned are those
// of the native call (0 is success). Nothing here throws and nothing takes an instrumented lock.
//
// Threads: all calls from any thread. Objects are named by a LockWord inside them; its id belongs to this object's
// life and is never reused for another lock that anybody could confuse with it.
// Cost: a known chain of held locks costs one probe of a cache of the thread's own and no shared write.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>
#include <pthread.h>

namespace racecourse::detail {

/// 0 when nothing is to be recorded; then the wrappers call the native operation and nothing else.
extern std::atomic<unsigned> state;
inline bool switchedOff() {
  return state.load(std::memory_order_relaxed) == 0;
}

enum class LockKind : std::uint8_t {
  Mutex,
  TimedMutex,
  RecursiveMutex,
  RecursiveTimedMutex,
  SharedMutex,
  SharedTimedMutex,
  Spin,
  ThreadRun, ///< "this thread runs": held by the thread for life, asked for by join
  PoolRun, ///< "this pool works on tasks": held by a worker during a task, asked for by waiting for a result
};
enum class Mode : std::uint8_t { Exclusive, Shared };

/// Lives in the lockable object. Both zero: never locked. Owner: the exclusive holder's thread number, 0 for none or
/// for readers, unrecorded_owner when taken where nothing could be recorded.
struct LockWord {
  std::atomic<std::uint32_t> id{0};
  std::atomic<std::uint32_t> owner{0};
};
constexpr std::uint32_t unrecorded_owner = 0xFFFFFFFF;

struct Deadline {
  clockid_t clock;
  timespec at;
};

// `site`: the caller's place where the return address of these functions is not it.
int mutexLock(LockWord& word, pthread_mutex_t& native, LockKind kind, const void* site = nullptr);
int mutexTryLock(LockWord& word, pthread_mutex_t& native, LockKind kind, const void* site = nullptr);
int mutexLockUntil(LockWord& word, pthread_mutex_t& native, LockKind kind, const Deadline& deadline,
                   const void* site = nullptr);
int mutexUnlock(LockWord& word, pthread_mutex_t& native, LockKind kind, const void* site = nullptr);

int sharedLock(LockWord& word, pthread_rwlock_t& native, LockKind kind, Mode mode,
               const void* site = nullptr);
int sharedTryLock(LockWord& word, pthread_rwlock_t& native, LockKind kind, Mode mode,
                  const void* site = nullptr);
int sharedLockUntil(LockWord& word, pthread_rwlock_t& native, LockKind kind, Mode mode,
                    const Deadline& deadline, const void* site = nullptr);
int sharedUnlock(LockWord& word, pthread_rwlock_t& native, LockKind kind, const void* site = nullptr);

int spinLock(LockWord& word, pthread_spinlock_t& native, const void* site = nullptr);
int spinTryLock(LockWord& word, pthread_spinlock_t& native, const void* site = nullptr);
int spinUnlock(LockWord& word, pthread_spinlock_t& native, const void* site = nullptr);

/// Releases and takes again, as the condition wait does. `deadline` null: for ever.
int conditionWait(pthread_cond_t& condition, LockWord& word, pthread_mutex_t& native, LockKind kind,
                  const Deadline* deadline, const void* site = nullptr);

/// Gives a lock a name for reports; the text is copied.
void nameLock(LockWord& word, LockKind kind, const char* name) noexcept;
/// The object's life ends.
void retireLock(LockWord& word, LockKind kind) noexcept;

enum class WaitKind : std::uint8_t {
  Condition,
  Semaphore,
  Event,
  QueueGet,
  QueuePut,
  QueueJoin,
  Join,
  Result,
  Pool
};

/// A wait for something that has no owner. Declare it around the blocking call, after a first try has failed.
class WaitScope {
public:
  /// `thread_number`: for Join, whom.
  WaitScope(WaitKind kind, const void* object, const char* name, bool timed,
            std::uint32_t thread_number = 0) noexcept;
  ~WaitScope();
  WaitScope(const WaitScope&) = delete;
  WaitScope& operator=(const WaitScope&) = delete;

private:
  void* thread_; ///< null: not recorded
};

/// Number of a thread about to be created by the calling one; 0 when it will not be recorded.
std::uint32_t announceThread(const char* name) noexcept;
/// The announced thread could not be created.
void abandonThread(std::uint32_t thread_number) noexcept;
/// First call of the new thread.
void beginThread(std::uint32_t thread_number) noexcept;
/// The calling thread will wait for that thread, whatever it holds now.
void askJoin(std::uint32_t thread_number) noexcept;
/// The native join returned success.
void finishJoin(std::uint32_t thread_number) noexcept;
/// Another thread's name.
void nameThread(std::uint32_t thread_number, const char* name) noexcept;
/// Nobody will join it.
void detachThread(std::uint32_t thread_number) noexcept;

/// Tells the hook of a notification, a post, a put.
void tellNotify(const void* object) noexcept;

/// A worker works on a task of the pool; its acquisitions are laid to the pool's account too.
class TaskScope {
public:
  explicit TaskScope(LockWord& pool) noexcept;
  ~TaskScope();
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

private:
  void* thread_;
  std::uint32_t previous_;
};
/// The calling thread will wait for a result of the pool, whatever it holds now.
void askPool(LockWord& pool, const char* name) noexcept;

enum class Gauge : std::uint8_t { QueueSize, SemaphoreUnits, PoolThreads, PoolPending };
/// Tells a level; the highest per object and gauge goes into the statistics.
void tellGauge(LockWord& object, Gauge gauge, const char* name, std::uint64_t value) noexcept;

} // namespace racecourse::detail
