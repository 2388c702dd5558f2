// racecourse::mutex, timed_mutex, recursive_mutex, recursive_timed_mutex: the standard's mutexes, recorded.
//
// Same requirements and exceptions as std; std::lock_guard, std::unique_lock, std::scoped_lock and std::lock take
// them. Each accepts a name for reports, which is
// copied (the standard types do not: name a lock with RACECOURSE_NAMED("name")). Unlike libstdc++'s they have a destructor, so the end of a
// lock's life is known, to the recorder and to other tools. With RACECOURSE_OFF they are the standard types.
//
// Threads: as std. Size: the native lock and 8 bytes. Cost: hooks.h.
#pragma once

#include "racecourse/control.h"

#include <mutex>

/// `racecourse::mutex m RACECOURSE_NAMED("accounts");` compiles with and without RACECOURSE_OFF.
#ifdef RACECOURSE_OFF
#define RACECOURSE_NAMED(name)                                                                               \
  {                                                                                                          \
  }
#else
#define RACECOURSE_NAMED(name) {name}
#endif

#ifdef RACECOURSE_OFF

namespace racecourse {

using mutex = std::mutex;
using timed_mutex = std::timed_mutex;
using recursive_mutex = std::recursive_mutex;
using recursive_timed_mutex = std::recursive_timed_mutex;

} // namespace racecourse

#else

#include "racecourse/attributes.h"
#include "racecourse/deadline.h"
#include "racecourse/hooks.h"

#include <cerrno>
#include <system_error>

namespace racecourse {

namespace detail {

[[noreturn]] inline void throwLockError(int code) {
  throw std::system_error(std::error_code(code, std::generic_category()));
}

/// What the four have in common. `kind` is fixed by the class, `recursive` picks the native type.
template <LockKind kind, bool recursive> class RACECOURSE_CAPABILITY("mutex") BasicMutex {
public:
  using native_handle_type = pthread_mutex_t*;

  constexpr BasicMutex() noexcept = default;
  explicit BasicMutex(const char* name) noexcept { nameLock(word_, kind, name); }
  ~BasicMutex() {
    retireLock(word_, kind);
    pthread_mutex_destroy(&native_);
  }
  BasicMutex(const BasicMutex&) = delete;
  BasicMutex& operator=(const BasicMutex&) = delete;

  void lock() RACECOURSE_ACQUIRE() {
    int code = switchedOff() ? pthread_mutex_lock(&native_) : mutexLock(word_, native_, kind);
    if (__builtin_expect(code != 0, 0)) throwLockError(code);
  }
  bool try_lock() RACECOURSE_TRY_ACQUIRE(true) {
    return (switchedOff() ? pthread_mutex_trylock(&native_) : mutexTryLock(word_, native_, kind)) == 0;
  }
  void unlock() RACECOURSE_RELEASE() {
    if (switchedOff())
      pthread_mutex_unlock(&native_);
    else
      mutexUnlock(word_, native_, kind);
  }
  native_handle_type native_handle() { return &native_; }

  /// For our condition variable.
  LockWord& wordForWait() { return word_; }
  static constexpr LockKind lock_kind = kind;

private:
  static constexpr pthread_mutex_t fresh() {
    if constexpr (recursive)
      return PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    else
      return PTHREAD_MUTEX_INITIALIZER;
  }

protected:
  pthread_mutex_t native_ = fresh();
  LockWord word_;
};

template <LockKind kind, bool recursive>
class RACECOURSE_CAPABILITY("mutex") BasicTimedMutex : public BasicMutex<kind, recursive> {
public:
  using BasicMutex<kind, recursive>::BasicMutex;

  template <class Rep, class Period>
  bool try_lock_for(const std::chrono::duration<Rep, Period>& limit) RACECOURSE_TRY_ACQUIRE(true) {
    return lockUntil(deadlineIn(limit));
  }
  template <class Clock, class Duration>
  bool try_lock_until(const std::chrono::time_point<Clock, Duration>& at) RACECOURSE_TRY_ACQUIRE(true) {
    return untilOnClock<Clock>(at, [this](const Deadline& deadline) { return lockUntil(deadline); });
  }

private:
  bool lockUntil(const Deadline& deadline) {
    return mutexLockUntil(this->word_, this->native_, kind, deadline) == 0;
  }
};

} // namespace detail

class RACECOURSE_CAPABILITY("mutex") mutex : public detail::BasicMutex<detail::LockKind::Mutex, false> {
public:
  using BasicMutex::BasicMutex;
};
class RACECOURSE_CAPABILITY("mutex") recursive_mutex
    : public detail::BasicMutex<detail::LockKind::RecursiveMutex, true> {
public:
  using BasicMutex::BasicMutex;
};
class RACECOURSE_CAPABILITY("mutex") timed_mutex
    : public detail::BasicTimedMutex<detail::LockKind::TimedMutex, false> {
public:
  using BasicTimedMutex::BasicTimedMutex;
};
class RACECOURSE_CAPABILITY("mutex") recursive_timed_mutex
    : public detail::BasicTimedMutex<detail::LockKind::RecursiveTimedMutex, true> {
public:
  using BasicTimedMutex::BasicTimedMutex;
};

} // namespace racecourse

#endif
