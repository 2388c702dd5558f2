// racecourse::condition_variable (for std::unique_lock<racecourse::mutex>) and condition_variable_any (for any
// lockable, and from C++20 with std::stop_token). A wait gives the mutex back and asks for it again; both are
// recorded, and a wait entered while other locks are held is told. With RACECOURSE_OFF they are the standard types.
#pragma once

#include "racecourse/mutex.h"

#include <condition_variable>
#include <optional>

#ifdef RACECOURSE_OFF

namespace racecourse {
using condition_variable = std::condition_variable;
using condition_variable_any = std::condition_variable_any;
} // namespace racecourse

#else

namespace racecourse {

class condition_variable {
public:
  using native_handle_type = pthread_cond_t*;

  constexpr condition_variable() noexcept = default;
  ~condition_variable() { pthread_cond_destroy(&native_); }
  condition_variable(const condition_variable&) = delete;
  condition_variable& operator=(const condition_variable&) = delete;

  void notify_one() noexcept {
    detail::tellNotify(this);
    pthread_cond_signal(&native_);
  }
  void notify_all() noexcept {
    detail::tellNotify(this);
    pthread_cond_broadcast(&native_);
  }

  void wait(std::unique_lock<mutex>& lock) { waitUntil(lock, nullptr); }
  template <class Predicate> void wait(std::unique_lock<mutex>& lock, Predicate predicate) {
    while (!predicate())
      wait(lock);
  }

  template <class Clock, class Duration>
  std::cv_status wait_until(std::unique_lock<mutex>& lock,
                            const std::chrono::time_point<Clock, Duration>& at) {
    if constexpr (std::is_same_v<Clock, std::chrono::steady_clock>)
      waitOn(lock, detail::deadlineAt(CLOCK_MONOTONIC, at.time_since_epoch()));
    else if constexpr (std::is_same_v<Clock, std::chrono::system_clock>)
      waitOn(lock, detail::deadlineAt(CLOCK_REALTIME, at.time_since_epoch()));
    else
      waitOn(lock, detail::deadlineIn(at - Clock::now()));
    return Clock::now() < at ? std::cv_status::no_timeout : std::cv_status::timeout;
  }
  template <class Clock, class Duration, class Predicate>
  bool wait_until(std::unique_lock<mutex>& lock, const std::chrono::time_point<Clock, Duration>& at,
                  Predicate predicate) {
    while (!predicate())
      if (wait_until(lock, at) == std::cv_status::timeout) return predicate();
    return true;
  }
  template <class Rep, class Period>
  std::cv_status wait_for(std::unique_lock<mutex>& lock, const std::chrono::duration<Rep, Period>& limit) {
    return wait_until(lock, after(limit));
  }
  template <class Rep, class Period, class Predicate>
  bool wait_for(std::unique_lock<mutex>& lock, const std::chrono::duration<Rep, Period>& limit,
                Predicate predicate) {
    return wait_until(lock, after(limit), std::move(predicate));
  }

  native_handle_type native_handle() { return &native_; }

private:
  template <class Rep, class Period>
  static std::chrono::steady_clock::time_point after(const std::chrono::duration<Rep, Period>& limit) {
    auto now = std::chrono::steady_clock::now();
    if (limit > detail::longest_wait) return now + detail::longest_wait;
    return now + std::chrono::ceil<std::chrono::steady_clock::duration>(limit);
  }
  void waitOn(std::unique_lock<mutex>& lock, const detail::Deadline& deadline) { waitUntil(lock, &deadline); }
  void waitUntil(std::unique_lock<mutex>& lock, const detail::Deadline* deadline) {
    mutex& locked = *lock.mutex();
    int code = detail::conditionWait(native_, locked.wordForWait(), *locked.native_handle(), mutex::lock_kind,
                                     deadline);
    // The standard leaves nothing to throw here: with a mutex that is not held the program is wrong beyond repair.
    if (code != 0 && code != ETIMEDOUT) std::terminate();
  }

  pthread_cond_t native_ = PTHREAD_COND_INITIALIZER;
};

/// The standard's own, around our locks: it calls their lock and unlock, which are recorded.
class condition_variable_any {
public:
  condition_variable_any() = default;
  condition_variable_any(const condition_variable_any&) = delete;
  condition_variable_any& operator=(const condition_variable_any&) = delete;

  void notify_one() noexcept {
    detail::tellNotify(this);
    native_.notify_one();
  }
  void notify_all() noexcept {
    detail::tellNotify(this);
    native_.notify_all();
  }

  template <class Lock> void wait(Lock& lock) {
    Released<Lock> released{lock, *this, false};
    native_.wait(released);
  }
  template <class Lock, class Predicate> void wait(Lock& lock, Predicate predicate) {
    while (!predicate())
      wait(lock);
  }
  template <class Lock, class Clock, class Duration>
  std::cv_status wait_until(Lock& lock, const std::chrono::time_point<Clock, Duration>& at) {
    Released<Lock> released{lock, *this, true};
    return native_.wait_until(released, at);
  }
  template <class Lock, class Clock, class Duration, class Predicate>
  bool wait_until(Lock& lock, const std::chrono::time_point<Clock, Duration>& at, Predicate predicate) {
    while (!predicate())
      if (wait_until(lock, at) == std::cv_status::timeout) return predicate();
    return true;
  }
  template <class Lock, class Rep, class Period>
  std::cv_status wait_for(Lock& lock, const std::chrono::duration<Rep, Period>& limit) {
    return wait_until(lock, std::chrono::steady_clock::now() + limit);
  }
  template <class Lock, class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, const std::chrono::duration<Rep, Period>& limit, Predicate predicate) {
    return wait_until(lock, std::chrono::steady_clock::now() + limit, std::move(predicate));
  }

#if defined(__cpp_lib_jthread)
  template <class Lock, class Predicate> bool wait(Lock& lock, std::stop_token token, Predicate predicate) {
    Released<Lock> released{lock, *this, false};
    return native_.wait(released, std::move(token), std::move(predicate));
  }
  template <class Lock, class Clock, class Duration, class Predicate>
  bool wait_until(Lock& lock, std::stop_token token, const std::chrono::time_point<Clock, Duration>& at,
                  Predicate predicate) {
    Released<Lock> released{lock, *this, true};
    return native_.wait_until(released, std::move(token), at, std::move(predicate));
  }
  template <class Lock, class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, std::stop_token token, const std::chrono::duration<Rep, Period>& limit,
                Predicate predicate) {
    return wait_until(lock, std::move(token), std::chrono::steady_clock::now() + limit, std::move(predicate));
  }
#endif

private:
  /// The caller's lock, with the wait told between its unlock and its lock.
  template <class Lock> struct Released {
    Lock& lock_;
    condition_variable_any& condition;
    bool timed;
    std::optional<detail::WaitScope> scope{};

    void unlock() {
      lock_.unlock();
      scope.emplace(detail::WaitKind::Condition, &condition, nullptr, timed);
    }
    void lock() {
      scope.reset();
      lock_.lock();
    }
  };

  std::condition_variable_any native_;
};

} // namespace racecourse

#endif
