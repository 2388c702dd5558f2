// The situations' types as plain standard ones, for other tools to judge: what the names take away and nothing more.
// Included by situation.h in place of the runtime when SITUATIONS_PLAIN is defined; see situation_table.py.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace racecourse {

template <class Native> struct Named : Native {
  Named() = default;
  explicit Named(const char*) {}
};
// The standard's destructors are trivial, so a tool is not told of the end of a lock.
using mutex = Named<std::mutex>;
using timed_mutex = Named<std::timed_mutex>;
using recursive_mutex = Named<std::recursive_mutex>;
using recursive_timed_mutex = Named<std::recursive_timed_mutex>;
using shared_mutex = Named<std::shared_mutex>;
using thread = std::thread;
using jthread = std::jthread;

struct binary_semaphore : std::binary_semaphore {
  explicit binary_semaphore(int units, const char* = nullptr) : std::binary_semaphore(units) {}
};

/// std::condition_variable itself, for a lock of a type derived from its mutex.
class condition_variable {
public:
  template <class Ready> void wait(std::unique_lock<mutex>& lock, Ready ready) {
    std::unique_lock<std::mutex> native(*lock.mutex(), std::adopt_lock);
    native_.wait(native, ready);
    native.release();
  }
  void notify_one() { native_.notify_one(); }
  void notify_all() { native_.notify_all(); }

private:
  std::condition_variable native_;
};

class event {
public:
  explicit event(const char* = nullptr) {}
  void set() {
    {
      std::lock_guard guard(mutex_);
      set_ = true;
    }
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return set_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

class thread_pool {
public:
  thread_pool(unsigned count, const char*) {
    for (unsigned i = 0; i < count; ++i)
      workers_.emplace_back([this] { work(); });
  }
  ~thread_pool() {
    {
      std::lock_guard guard(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_)
      worker.join();
  }
  template <class Result> struct Future : std::future<Result> {
    bool done() const { return this->wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  };
  template <class Task> auto submit(Task task) {
    using Result = decltype(task());
    auto packed = std::make_shared<std::packaged_task<Result()>>(std::move(task));
    Future<Result> future{packed->get_future()};
    {
      std::lock_guard guard(mutex_);
      tasks_.push_back([packed] { (*packed)(); });
    }
    changed_.notify_one();
    return future;
  }

private:
  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return over_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> workers_;
  bool over_ = false;
};

} // namespace racecourse
