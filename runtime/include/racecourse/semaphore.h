// racecourse::counting_semaphore and binary_semaphore, from C++17 on, with the standard's interface. A semaphore has
// no owner, so it adds no order; a wait entered while locks are held is told, and the most units it ever had free are
// kept as a high-water mark. With RACECOURSE_OFF nothing is recorded; from C++20 on they are then the standard types.
#pragma once

#include "racecourse/mutex.h"

#if defined(RACECOURSE_OFF) && __cplusplus >= 202002L

#include <semaphore>

namespace racecourse {
template <std::ptrdiff_t Max = std::counting_semaphore<>::max()>
using counting_semaphore = std::counting_semaphore<Max>;
using binary_semaphore = std::binary_semaphore;
} // namespace racecourse

#else

#include "racecourse/deadline.h"
#include "racecourse/wait_scope.h"

#include <cassert>
#include <cerrno>
#include <cstddef>
#include <semaphore.h>

namespace racecourse {

/// Built on the system's semaphore, so release may be called from a signal handler.
template <std::ptrdiff_t Max = 0x7FFFFFFF> class counting_semaphore {
  static_assert(Max >= 0 && Max <= 0x7FFFFFFF, "the system's semaphores count to 2^31 - 1");

public:
  static constexpr std::ptrdiff_t max() noexcept { return Max; }

  explicit counting_semaphore(std::ptrdiff_t units, const char* name = nullptr) : name_(name) {
    assert(units >= 0 && units <= Max);
    sem_init(&native_, 0, static_cast<unsigned>(units));
  }
  ~counting_semaphore() { sem_destroy(&native_); }
  counting_semaphore(const counting_semaphore&) = delete;
  counting_semaphore& operator=(const counting_semaphore&) = delete;

  void release(std::ptrdiff_t units = 1) {
    assert(units >= 0);
    for (; units > 0; --units)
      sem_post(&native_);
  }
  void acquire() {
    if (try_acquire()) return;
    detail::MaybeWait wait(detail::WaitKind::Semaphore, this, name_, false);
    while (sem_wait(&native_) != 0 && errno == EINTR) {
    }
  }
  bool try_acquire() noexcept {
    int code;
    do
      code = sem_trywait(&native_);
    while (code != 0 && errno == EINTR);
    return code == 0;
  }
  template <class Rep, class Period> bool try_acquire_for(const std::chrono::duration<Rep, Period>& limit) {
    return try_acquire() || acquireUntil(detail::deadlineIn(limit));
  }
  template <class Clock, class Duration>
  bool try_acquire_until(const std::chrono::time_point<Clock, Duration>& at) {
    return try_acquire() || detail::untilOnClock<Clock>(at, [this](const detail::Deadline& deadline) {
             return acquireUntil(deadline);
           });
  }

private:
  bool acquireUntil(const detail::Deadline& deadline) {
    detail::MaybeWait wait(detail::WaitKind::Semaphore, this, name_, true);
    int code;
    do
      code = sem_clockwait(&native_, deadline.clock, &deadline.at);
    while (code != 0 && errno == EINTR);
    return code == 0;
  }

  sem_t native_;
  const char* name_; ///< kept, not copied: a literal, or text that outlives the semaphore
};

using binary_semaphore = counting_semaphore<1>;

} // namespace racecourse

#endif
