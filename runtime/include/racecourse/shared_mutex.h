// racecourse::shared_mutex and shared_timed_mutex: the standard's, recorded; std::shared_lock and the guards of
// mutex.h take them. Built on the system's rwlock with its default policy: a reader is let in beside readers even when
// a writer waits. With RACECOURSE_OFF they are the standard types.
//
// Threads: as std. Size: the native lock and 8 bytes. Cost: hooks.h.
#pragma once

#include "racecourse/mutex.h"

#include <shared_mutex>

#ifdef RACECOURSE_OFF

namespace racecourse {
using shared_mutex = std::shared_mutex;
using shared_timed_mutex = std::shared_timed_mutex;
} // namespace racecourse

#else

namespace racecourse {

namespace detail {

template <LockKind kind> class RACECOURSE_CAPABILITY("shared_mutex") BasicSharedMutex {
public:
  using native_handle_type = pthread_rwlock_t*;

  constexpr BasicSharedMutex() noexcept = default;
  explicit BasicSharedMutex(const char* name) noexcept { nameLock(word_, kind, name); }
  ~BasicSharedMutex() {
    retireLock(word_, kind);
    pthread_rwlock_destroy(&native_);
  }
  BasicSharedMutex(const BasicSharedMutex&) = delete;
  BasicSharedMutex& operator=(const BasicSharedMutex&) = delete;

  void lock() RACECOURSE_ACQUIRE() {
    check(switchedOff() ? pthread_rwlock_wrlock(&native_)
                        : sharedLock(word_, native_, kind, Mode::Exclusive));
  }
  bool try_lock() RACECOURSE_TRY_ACQUIRE(true) {
    return (switchedOff() ? pthread_rwlock_trywrlock(&native_)
                          : sharedTryLock(word_, native_, kind, Mode::Exclusive)) == 0;
  }
  void unlock() RACECOURSE_RELEASE() { release(); }

  void lock_shared() RACECOURSE_ACQUIRE_SHARED() {
    // EAGAIN: too many readers now; the standard wants waiting, not failing.
    int code;
    do
      code = switchedOff() ? pthread_rwlock_rdlock(&native_) : sharedLock(word_, native_, kind, Mode::Shared);
    while (code == EAGAIN);
    check(code);
  }
  bool try_lock_shared() RACECOURSE_TRY_ACQUIRE_SHARED(true) {
    return (switchedOff() ? pthread_rwlock_tryrdlock(&native_)
                          : sharedTryLock(word_, native_, kind, Mode::Shared)) == 0;
  }
  void unlock_shared() RACECOURSE_RELEASE_SHARED() { release(); }
  native_handle_type native_handle() { return &native_; }

private:
  static void check(int code) {
    if (__builtin_expect(code != 0, 0)) throwLockError(code);
  }
  void release() {
    if (switchedOff())
      pthread_rwlock_unlock(&native_);
    else
      sharedUnlock(word_, native_, kind);
  }

protected:
  pthread_rwlock_t native_ = PTHREAD_RWLOCK_INITIALIZER;
  LockWord word_;
};

} // namespace detail

class RACECOURSE_CAPABILITY("shared_mutex") shared_mutex
    : public detail::BasicSharedMutex<detail::LockKind::SharedMutex> {
public:
  using BasicSharedMutex::BasicSharedMutex;
};

class RACECOURSE_CAPABILITY("shared_mutex") shared_timed_mutex
    : public detail::BasicSharedMutex<detail::LockKind::SharedTimedMutex> {
public:
  using BasicSharedMutex::BasicSharedMutex;

  template <class Rep, class Period>
  bool try_lock_for(const std::chrono::duration<Rep, Period>& limit) RACECOURSE_TRY_ACQUIRE(true) {
    return lockUntil(detail::Mode::Exclusive, detail::deadlineIn(limit));
  }
  template <class Clock, class Duration>
  bool try_lock_until(const std::chrono::time_point<Clock, Duration>& at) RACECOURSE_TRY_ACQUIRE(true) {
    return detail::untilOnClock<Clock>(at, [this](const detail::Deadline& deadline) {
      return lockUntil(detail::Mode::Exclusive, deadline);
    });
  }
  template <class Rep, class Period>
  bool try_lock_shared_for(const std::chrono::duration<Rep, Period>& limit)
      RACECOURSE_TRY_ACQUIRE_SHARED(true) {
    return lockUntil(detail::Mode::Shared, detail::deadlineIn(limit));
  }
  template <class Clock, class Duration>
  bool try_lock_shared_until(const std::chrono::time_point<Clock, Duration>& at)
      RACECOURSE_TRY_ACQUIRE_SHARED(true) {
    return detail::untilOnClock<Clock>(
        at, [this](const detail::Deadline& deadline) { return lockUntil(detail::Mode::Shared, deadline); });
  }

private:
  bool lockUntil(detail::Mode mode, const detail::Deadline& deadline) {
    return detail::sharedLockUntil(word_, native_, detail::LockKind::SharedTimedMutex, mode, deadline) == 0;
  }
};

} // namespace racecourse

#endif
