// racecourse::thread and, from C++20 on, jthread: the standard's, with creation and join recorded. Creation and join
// order what their threads do (a cycle whose halves are so ordered is no deadlock), and join is a wait like any other:
// joining under a lock that the thread needs is told. With RACECOURSE_OFF they are the standard types.
//
// Threads: as std. The standard's exceptions pass.
#pragma once

#include "racecourse/control.h"

#include <thread>

#ifdef RACECOURSE_OFF

namespace racecourse {
using thread = std::thread;
#if defined(__cpp_lib_jthread)
using jthread = std::jthread;
#endif
} // namespace racecourse

#else

#include "racecourse/hooks.h"

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace racecourse {

namespace detail {
/// Runs in the new thread: says who it is, then calls.
template <class Function, class... Args> struct Begin {
  std::uint32_t number;
  std::decay_t<Function> function;
  std::tuple<std::decay_t<Args>...> args;

  void operator()() {
    beginThread(number);
    std::apply([this](auto&... arg) { std::invoke(std::move(function), std::move(arg)...); }, args);
  }
};
} // namespace detail

class thread {
public:
  using id = std::thread::id;
  using native_handle_type = std::thread::native_handle_type;

  thread() noexcept = default;
  template <
      class Function, class... Args,
      class = std::enable_if_t<!std::is_same_v<std::remove_cv_t<std::remove_reference_t<Function>>, thread>>>
  explicit thread(Function&& function, Args&&... args)
      : number_(detail::announceThread(nullptr)),
        native_(detail::Begin<Function, Args...>{
            number_, std::forward<Function>(function),
            std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)}) {}
  thread(thread&& other) noexcept
      : number_(std::exchange(other.number_, 0)), native_(std::move(other.native_)) {}
  thread& operator=(thread&& other) noexcept {
    native_ = std::move(other.native_); // terminates when this one is joinable, as the standard's does
    number_ = std::exchange(other.number_, 0);
    return *this;
  }

  void join() {
    {
      detail::askJoin(number_);
      detail::WaitScope wait(detail::WaitKind::Join, this, nullptr, false, number_);
      native_.join();
    }
    detail::finishJoin(std::exchange(number_, 0));
  }
  void detach() {
    native_.detach();
    detail::detachThread(std::exchange(number_, 0));
  }
  bool joinable() const noexcept { return native_.joinable(); }
  id get_id() const noexcept { return native_.get_id(); }
  native_handle_type native_handle() { return native_.native_handle(); }
  void swap(thread& other) noexcept {
    native_.swap(other.native_);
    std::swap(number_, other.number_);
  }
  static unsigned hardware_concurrency() noexcept { return std::thread::hardware_concurrency(); }

private:
  std::uint32_t number_ = 0; ///< declared first: announced before the thread runs
  std::thread native_;
};

inline void swap(thread& a, thread& b) noexcept {
  a.swap(b);
}

#if defined(__cpp_lib_jthread)

class jthread {
public:
  using id = std::thread::id;
  using native_handle_type = std::thread::native_handle_type;

  jthread() noexcept : stop_(std::nostopstate) {}
  template <class Function, class... Args,
            class = std::enable_if_t<!std::is_same_v<std::remove_cvref_t<Function>, jthread>>>
  explicit jthread(Function&& function, Args&&... args)
      : native_(start(stop_, std::forward<Function>(function), std::forward<Args>(args)...)) {}
  ~jthread() { finish(); }
  jthread(jthread&&) noexcept = default;
  jthread& operator=(jthread&& other) noexcept {
    if (this != &other) {
      finish();
      stop_ = std::move(other.stop_);
      native_ = std::move(other.native_);
    }
    return *this;
  }

  void join() { native_.join(); }
  void detach() { native_.detach(); }
  bool joinable() const noexcept { return native_.joinable(); }
  id get_id() const noexcept { return native_.get_id(); }
  native_handle_type native_handle() { return native_.native_handle(); }
  std::stop_source get_stop_source() noexcept { return stop_; }
  std::stop_token get_stop_token() const noexcept { return stop_.get_token(); }
  bool request_stop() noexcept { return stop_.request_stop(); }
  void swap(jthread& other) noexcept {
    std::swap(stop_, other.stop_);
    native_.swap(other.native_);
  }
  friend void swap(jthread& a, jthread& b) noexcept { a.swap(b); }
  static unsigned hardware_concurrency() noexcept { return std::thread::hardware_concurrency(); }

private:
  template <class Function, class... Args>
  static thread start(std::stop_source& stop, Function&& function, Args&&... args) {
    if constexpr (std::is_invocable_v<std::decay_t<Function>, std::stop_token, std::decay_t<Args>...>)
      return thread(std::forward<Function>(function), stop.get_token(), std::forward<Args>(args)...);
    else
      return thread(std::forward<Function>(function), std::forward<Args>(args)...);
  }
  void finish() {
    if (!joinable()) return;
    request_stop();
    join();
  }

  std::stop_source stop_;
  thread native_;
};

#endif

} // namespace racecourse

#endif
