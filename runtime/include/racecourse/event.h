// racecourse::event: a flag that threads wait for. set() lets everybody through until clear(). A wait entered while
// locks are held is told; an event has no owner, so it adds no order.
//
// Threads: all calls from any. What was written before set() is seen after a wait that it ended.
#pragma once

#include "racecourse/wait_scope.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace racecourse {

class event {
public:
  event() = default;
  explicit event(const char* name) : name_(name) {} ///< kept, not copied
  event(const event&) = delete;
  event& operator=(const event&) = delete;

  void set() {
    detail::maybeNotify(this);
    std::lock_guard guard(mutex_);
    is_set_ = true;
    changed_.notify_all(); // under the mutex: a waiter may destroy the event as soon as it is let through
  }
  void clear() {
    std::lock_guard guard(mutex_);
    is_set_ = false;
  }
  bool is_set() const {
    std::lock_guard guard(mutex_);
    return is_set_;
  }
  void wait() const {
    if (is_set()) return;
    detail::MaybeWait told(detail::WaitKind::Event, this, name_, false);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_set_; });
  }
  /// False when the time was up first.
  template <class Rep, class Period> bool wait_for(const std::chrono::duration<Rep, Period>& limit) const {
    if (is_set()) return true;
    detail::MaybeWait told(detail::WaitKind::Event, this, name_, true);
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return is_set_; });
  }

private:
  mutable std::mutex mutex_; ///< the standard's on purpose: it is a leaf and nobody's business
  mutable std::condition_variable changed_;
  bool is_set_ = false;
  const char* name_ = nullptr;
};

} // namespace racecourse
