// racecourse::thread_pool: a fixed number of threads that work on submitted tasks, first come first served. A future
// carries the task's result or exception. Workers start when work comes and no worker is idle, up to the maximum; the
// most threads and the most pending tasks are kept as high-water marks.
//
// Threads: all calls from any, except that a task must not shut its own pool down. The destructor is
// shutdown(wait=true): everything submitted is done before it returns.
#pragma once

#include "racecourse/future.h"
#include "racecourse/thread.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <tuple>

namespace racecourse {

class thread_pool {
public:
  /// 0 workers: as many as the machine has processors. The name is kept, not copied.
  explicit thread_pool(std::size_t max_workers = 0, const char* name = nullptr)
      : max_workers_(max_workers != 0 ? max_workers : std::max(1u, std::thread::hardware_concurrency())),
        identity_(std::make_shared<detail::PoolIdentity>()) {
    identity_->name = name ? name : "thread_pool";
  }
  ~thread_pool() { shutdown(); }
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;

  /// Throws std::runtime_error after shutdown.
  template <class Function, class... Args> auto submit(Function&& function, Args&&... args) {
    using Result = std::invoke_result_t<std::decay_t<Function>, std::decay_t<Args>...>;
    static_assert(!std::is_reference_v<Result>, "return a value or a pointer from a task");
    auto task = std::make_shared<detail::Task<Result>>(identity_);
    auto call = std::make_shared<std::tuple<std::decay_t<Function>, std::decay_t<Args>...>>(
        std::forward<Function>(function), std::forward<Args>(args)...);
    add({[task, call] { run<Result>(*task, *call); }, [task] { task->cancel(); }});
    return future<Result>(std::move(task));
  }

  /// function(item) for each item, in parallel; the results in the order of the items. The first exception in that
  /// order is rethrown after all tasks were submitted.
  template <class Function, class Range> auto map(Function function, const Range& items) {
    using Item = std::decay_t<decltype(*std::begin(items))>;
    using Result = std::invoke_result_t<Function, Item>;
    std::vector<future<Result>> futures;
    for (const auto& item : items)
      futures.push_back(submit(function, item));
    if constexpr (std::is_void_v<Result>) {
      for (auto& one : futures)
        one.get();
    } else {
      std::vector<Result> results;
      for (auto& one : futures)
        results.push_back(one.get());
      return results;
    }
  }

  /// No further tasks. With cancel_futures those not begun are cancelled; with wait the others are done on return.
  void shutdown(bool wait = true, bool cancel_futures = false) {
    std::deque<Work> cancelled;
    std::vector<thread> workers;
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
      if (cancel_futures) cancelled.swap(pending_);
      if (wait) workers.swap(workers_);
      changed_.notify_all();
    }
    for (Work& work : cancelled)
      work.cancel();
    if (!workers.empty()) {
#ifndef RACECOURSE_OFF
      detail::askPool(identity_->word, identity_->name);
#endif
      for (thread& worker : workers)
        worker.join();
    }
  }

  std::size_t max_workers() const { return max_workers_; }
  std::size_t threads_high_water() const {
    std::lock_guard lock(mutex_);
    return threads_high_water_;
  }
  std::size_t pending_high_water() const {
    std::lock_guard lock(mutex_);
    return pending_high_water_;
  }

private:
  struct Work {
    std::function<void()> run, cancel;
  };

  template <class Result, class Call> static void run(detail::Task<Result>& task, Call& call) {
    if (!task.begin()) return;
    std::optional<detail::Stored<Result>> value;
    std::exception_ptr exception;
    try {
      auto invoke = [](auto& function, auto&... args) -> Result {
        return std::invoke(std::move(function), std::move(args)...);
      };
      if constexpr (std::is_void_v<Result>) {
        std::apply(invoke, call);
        value.emplace();
      } else {
        value.emplace(std::apply(invoke, call));
      }
    } catch (...) {
      exception = std::current_exception();
    }
    task.finish(std::move(value), std::move(exception));
  }

  void add(Work work) {
    std::lock_guard lock(mutex_);
    if (closed_) throw std::runtime_error("racecourse::thread_pool: submit after shutdown");
    pending_.push_back(std::move(work));
    if (pending_.size() > pending_high_water_) {
      pending_high_water_ = pending_.size();
      detail::maybeGauge(pending_gauge_, detail::Gauge::PoolPending, identity_->name, pending_high_water_);
    }
    if (idle_ < pending_.size() && workers_.size() < max_workers_) {
      workers_.emplace_back([this] { work_on(); });
      threads_high_water_ = std::max(threads_high_water_, workers_.size());
      detail::maybeGauge(threads_gauge_, detail::Gauge::PoolThreads, identity_->name, threads_high_water_);
    }
    changed_.notify_one();
  }

  void work_on() {
    while (true) {
      Work work;
      {
        std::unique_lock lock(mutex_);
        while (pending_.empty() && !closed_) {
          ++idle_;
          lock.unlock();
          {
            detail::MaybeWait told(detail::WaitKind::Pool, this, identity_->name, false);
            lock.lock();
            changed_.wait(lock, [this] { return !pending_.empty() || closed_; });
          }
          --idle_;
        }
        if (pending_.empty()) return;
        work = std::move(pending_.front());
        pending_.pop_front();
      }
#ifndef RACECOURSE_OFF
      detail::TaskScope task(identity_->word);
#endif
      work.run();
    }
  }

  const std::size_t max_workers_;
  std::shared_ptr<detail::PoolIdentity> identity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> pending_;
  std::vector<thread> workers_;
  std::size_t idle_ = 0, threads_high_water_ = 0, pending_high_water_ = 0;
  bool closed_ = false;
  detail::LockWord threads_gauge_, pending_gauge_;
};

} // namespace racecourse
