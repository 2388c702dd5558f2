// From std::chrono to the deadlines of the native calls. No state, no cost beyond a clock reading.
#pragma once

#include "racecourse/hooks.h"

#include <chrono>

namespace racecourse::detail {

/// Farther than any program waits, near enough that no arithmetic overflows.
constexpr std::chrono::hours longest_wait{24 * 365 * 30};

template <class Duration> Deadline deadlineAt(clockid_t clock, const Duration& since_epoch) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch - seconds);
  if (seconds.count() < 0) return {clock, {0, 0}};
  return {clock, {static_cast<time_t>(seconds.count()), static_cast<long>(rest.count())}};
}

/// Rounded up: never earlier than asked for.
template <class Rep, class Period> Deadline deadlineIn(const std::chrono::duration<Rep, Period>& limit) {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  if (limit > longest_wait) return deadlineAt(CLOCK_MONOTONIC, now + longest_wait);
  return deadlineAt(CLOCK_MONOTONIC, now + std::chrono::ceil<std::chrono::nanoseconds>(limit));
}

/// `attempt` waits until a Deadline and says whether it got what it waited for. Clocks the system does not know are
/// asked again at the end of each attempt, for they may run at another pace.
template <class Clock, class Duration, class Attempt>
bool untilOnClock(const std::chrono::time_point<Clock, Duration>& at, Attempt attempt) {
  if constexpr (std::is_same_v<Clock, std::chrono::steady_clock>) {
    return attempt(deadlineAt(CLOCK_MONOTONIC, at.time_since_epoch()));
  } else if constexpr (std::is_same_v<Clock, std::chrono::system_clock>) {
    return attempt(deadlineAt(CLOCK_REALTIME, at.time_since_epoch()));
  } else {
    auto now = Clock::now();
    do {
      if (attempt(deadlineIn(at - now))) return true;
      now = Clock::now();
    } while (now < at);
    return false;
  }
}

} // namespace racecourse::detail
