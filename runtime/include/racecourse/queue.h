// racecourse::queue<T>: a bounded queue between threads. put() waits for room, get() for an item; each item taken is
// answered with task_done(), and join() waits until all that was ever put is done. The most items it ever held are
// kept as a high-water mark; a wait entered while locks are held is told.
//
// Threads: all calls from any. First in, first out. T must be movable; when its move throws, the queue is unchanged.
#pragma once

#include "racecourse/wait_scope.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

namespace racecourse {

template <class T> class queue {
public:
  /// Capacity 0: no bound. The name is kept, not copied.
  explicit queue(std::size_t capacity = 0, const char* name = nullptr) : capacity_(capacity), name_(name) {}
  queue(const queue&) = delete;
  queue& operator=(const queue&) = delete;

  void put(T item) {
    std::unique_lock lock(mutex_);
    if (full()) {
      Wait told(lock, detail::WaitKind::QueuePut, this, name_, false);
      room_.wait(lock, [this] { return !full(); });
    }
    add(std::move(item));
  }
  /// False, with the item lost, when there was no room in time.
  template <class Rep, class Period> bool put_for(T item, const std::chrono::duration<Rep, Period>& limit) {
    std::unique_lock lock(mutex_);
    if (full()) {
      Wait told(lock, detail::WaitKind::QueuePut, this, name_, true);
      if (!room_.wait_for(lock, limit, [this] { return !full(); })) return false;
    }
    add(std::move(item));
    return true;
  }
  bool try_put(T item) {
    std::lock_guard lock(mutex_);
    if (full()) return false;
    add(std::move(item));
    return true;
  }

  T get() {
    std::unique_lock lock(mutex_);
    if (items_.empty()) {
      Wait told(lock, detail::WaitKind::QueueGet, this, name_, false);
      filled_.wait(lock, [this] { return !items_.empty(); });
    }
    return take();
  }
  template <class Rep, class Period>
  std::optional<T> get_for(const std::chrono::duration<Rep, Period>& limit) {
    std::unique_lock lock(mutex_);
    if (items_.empty()) {
      Wait told(lock, detail::WaitKind::QueueGet, this, name_, true);
      if (!filled_.wait_for(lock, limit, [this] { return !items_.empty(); })) return std::nullopt;
    }
    return take();
  }
  std::optional<T> try_get() {
    std::lock_guard lock(mutex_);
    if (items_.empty()) return std::nullopt;
    return take();
  }

  /// Answers one get. Throws std::logic_error when everything put so far was answered already.
  void task_done() {
    std::lock_guard lock(mutex_);
    if (unfinished_ == 0) throw std::logic_error("racecourse::queue: task_done() more often than put()");
    detail::maybeNotify(this);
    if (--unfinished_ == 0) all_done_.notify_all();
  }
  void join() {
    std::unique_lock lock(mutex_);
    if (unfinished_ == 0) return;
    Wait told(lock, detail::WaitKind::QueueJoin, this, name_, false);
    all_done_.wait(lock, [this] { return unfinished_ == 0; });
  }

  std::size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  bool empty() const { return size() == 0; }
  std::size_t capacity() const { return capacity_; }
  std::size_t high_water() const {
    std::lock_guard lock(mutex_);
    return high_water_;
  }

private:
  /// Telling may print; that is done without the queue's mutex.
  struct Wait {
    struct Unlocked {
      std::unique_lock<std::mutex>& lock;
      explicit Unlocked(std::unique_lock<std::mutex>& held) : lock(held) { lock.unlock(); }
      ~Unlocked() { lock.lock(); }
    };
    std::optional<detail::MaybeWait> scope;
    Wait(std::unique_lock<std::mutex>& lock, detail::WaitKind kind, const void* object, const char* name,
         bool timed) {
      Unlocked unlocked(lock);
      scope.emplace(kind, object, name, timed);
    }
  };

  bool full() const { return capacity_ != 0 && items_.size() >= capacity_; }
  void add(T&& item) {
    items_.push_back(std::move(item));
    ++unfinished_;
    if (items_.size() > high_water_) {
      high_water_ = items_.size();
      detail::maybeGauge(word_, detail::Gauge::QueueSize, name_, high_water_);
    }
    detail::maybeNotify(this);
    filled_.notify_one();
  }
  T take() {
    T item = std::move(items_.front());
    items_.pop_front();
    room_.notify_one();
    return item;
  }

  mutable std::mutex mutex_;
  std::condition_variable filled_, room_, all_done_;
  std::deque<T> items_;
  std::size_t capacity_, unfinished_ = 0, high_water_ = 0;
  const char* name_;
  detail::LockWord word_;
};

} // namespace racecourse
