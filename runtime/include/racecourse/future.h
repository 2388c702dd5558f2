// racecourse::future<T>: the result of a task of a pool. Copies share one result. get() may be called again and
// rethrows the task's exception each time. Waiting for a result is a wait for the pool: done under a lock that the
// pool's tasks ask for, it is told.
//
// Threads: all calls from any; a T that is got by several threads is theirs to share.
#pragma once

#include "racecourse/wait_scope.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace racecourse {

/// The result of a task that was cancelled before it began.
struct cancelled_error : std::runtime_error {
  cancelled_error() : std::runtime_error("racecourse: the task was cancelled") {}
};

namespace detail {

/// Shared by the pool, its futures and nobody else; the pool's word outlives the pool through it.
struct PoolIdentity {
  LockWord word;
  const char* name = nullptr;
  PoolIdentity() = default;
#ifndef RACECOURSE_OFF
  ~PoolIdentity() { retireLock(word, LockKind::PoolRun); }
#endif
  PoolIdentity(const PoolIdentity&) = delete;
  PoolIdentity& operator=(const PoolIdentity&) = delete;
};

struct Nothing {};
template <class T> using Stored = std::conditional_t<std::is_void_v<T>, Nothing, T>;

template <class T> class Task {
public:
  explicit Task(std::shared_ptr<PoolIdentity> pool) : pool_(std::move(pool)) {}

  /// False when it was cancelled first.
  bool begin() {
    std::lock_guard lock(mutex_);
    if (phase_ != Phase::Waiting) return false;
    phase_ = Phase::Running;
    return true;
  }
  bool cancel() {
    {
      std::lock_guard lock(mutex_);
      if (phase_ != Phase::Waiting) return phase_ == Phase::Cancelled;
      phase_ = Phase::Cancelled;
    }
    finish(std::nullopt, std::make_exception_ptr(cancelled_error()));
    return true;
  }
  void finish(std::optional<Stored<T>> value, std::exception_ptr exception) {
    std::vector<std::function<void()>> callbacks;
    {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
      exception_ = std::move(exception);
      if (phase_ != Phase::Cancelled) phase_ = Phase::Done;
      over_ = true;
      callbacks.swap(callbacks_);
      changed_.notify_all();
    }
    maybeNotify(this);
    for (auto& callback : callbacks)
      callback();
  }
  /// Called once the task is over, at once when it is.
  void whenOver(std::function<void()> callback) {
    {
      std::lock_guard lock(mutex_);
      if (!over_) {
        callbacks_.push_back(std::move(callback));
        return;
      }
    }
    callback();
  }
  bool over() const {
    std::lock_guard lock(mutex_);
    return over_;
  }
  bool cancelled() const {
    std::lock_guard lock(mutex_);
    return phase_ == Phase::Cancelled;
  }
  void wait() const {
#ifndef RACECOURSE_OFF
    askPool(pool_->word, pool_->name); // also when the result is there: this time it was luck
#endif
    if (over()) return;
    MaybeWait told(WaitKind::Result, this, pool_->name, false);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return over_; });
  }
  template <class Clock, class Duration>
  bool waitUntil(const std::chrono::time_point<Clock, Duration>& at) const {
    if (over()) return true;
    MaybeWait told(WaitKind::Result, this, pool_->name, true);
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, at, [this] { return over_; });
  }
  Stored<T>& get() {
    wait();
    std::lock_guard lock(mutex_);
    if (exception_) std::rethrow_exception(exception_);
    return *value_;
  }

private:
  enum class Phase { Waiting, Running, Done, Cancelled };
  std::shared_ptr<PoolIdentity> pool_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Phase phase_ = Phase::Waiting;
  bool over_ = false;
  std::optional<Stored<T>> value_;
  std::exception_ptr exception_;
  std::vector<std::function<void()>> callbacks_;
};

} // namespace detail

template <class T> class future {
public:
  future() = default;
  explicit future(std::shared_ptr<detail::Task<T>> task) : task_(std::move(task)) {}

  bool valid() const noexcept { return task_ != nullptr; }
  /// The value by reference into the shared result, as std::shared_future; the task's exception is rethrown.
  decltype(auto) get() const {
    if constexpr (std::is_void_v<T>)
      static_cast<void>(checked().get());
    else
      return static_cast<const T&>(checked().get());
  }
  void wait() const { checked().wait(); }
  template <class Rep, class Period>
  std::future_status wait_for(const std::chrono::duration<Rep, Period>& limit) const {
    return wait_until(std::chrono::steady_clock::now() + limit);
  }
  template <class Clock, class Duration>
  std::future_status wait_until(const std::chrono::time_point<Clock, Duration>& at) const {
    return checked().waitUntil(at) ? std::future_status::ready : std::future_status::timeout;
  }
  bool done() const { return checked().over(); }
  /// True when the task will not run (any more: it had not begun).
  bool cancel() const { return checked().cancel(); }
  bool cancelled() const { return checked().cancelled(); }
  void when_done(std::function<void()> callback) const { checked().whenOver(std::move(callback)); }

private:
  detail::Task<T>& checked() const {
    if (!task_) throw std::future_error(std::future_errc::no_state);
    return *task_;
  }
  std::shared_ptr<detail::Task<T>> task_;
};

/// The futures in the order in which they come to be done. Iterating waits for the next; each is visited once.
template <class T> class as_completed {
public:
  explicit as_completed(std::vector<future<T>> futures)
      : shared_(std::make_shared<Shared>()), left_(futures.size()) {
    shared_->futures = std::move(futures);
    for (std::size_t i = 0; i < shared_->futures.size(); ++i)
      shared_->futures[i].when_done([shared = std::weak_ptr<Shared>(shared_), i] {
        auto alive = shared.lock();
        if (!alive) return;
        std::lock_guard lock(alive->mutex);
        alive->done.push_back(i);
        alive->changed.notify_one();
      });
  }

  class iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = future<T>;
    using difference_type = std::ptrdiff_t;
    using pointer = const future<T>*;
    using reference = const future<T>&;

    iterator() = default;
    explicit iterator(as_completed* range) : range_(range) { ++*this; }
    reference operator*() const { return current_; }
    pointer operator->() const { return &current_; }
    iterator& operator++() {
      if (range_->left_ == 0)
        range_ = nullptr;
      else
        current_ = range_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, const iterator& b) { return a.range_ == b.range_; }
    friend bool operator!=(const iterator& a, const iterator& b) { return !(a == b); }

  private:
    as_completed* range_ = nullptr;
    future<T> current_;
  };
  iterator begin() { return iterator(this); }
  iterator end() { return iterator(); }

private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<future<T>> futures;
    std::vector<std::size_t> done;
    std::size_t given = 0;
  };
  future<T> next() {
    --left_;
    std::unique_lock lock(shared_->mutex);
    if (shared_->given == shared_->done.size()) {
      lock.unlock();
      detail::MaybeWait told(detail::WaitKind::Result, this, "as_completed", false);
      lock.lock();
      shared_->changed.wait(lock, [this] { return shared_->given < shared_->done.size(); });
    }
    return shared_->futures[shared_->done[shared_->given++]];
  }

  std::shared_ptr<Shared> shared_;
  std::size_t left_;
};

} // namespace racecourse
