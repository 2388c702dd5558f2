// The types as types: the standard's requirements, the documented semantics, all without a report. Built three times:
// as C++17, as C++20, and with RACECOURSE_OFF.
#include "racecourse/racecourse.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

using namespace std::chrono_literals;

namespace {

#ifdef RACECOURSE_OFF
static_assert(std::is_same_v<racecourse::mutex, std::mutex>);
static_assert(std::is_same_v<racecourse::recursive_timed_mutex, std::recursive_timed_mutex>);
static_assert(std::is_same_v<racecourse::shared_timed_mutex, std::shared_timed_mutex>);
static_assert(std::is_same_v<racecourse::condition_variable, std::condition_variable>);
static_assert(std::is_same_v<racecourse::thread, std::thread>);
#else
static_assert(sizeof(racecourse::mutex) == sizeof(std::mutex) + 8);
// A static lock is ready before any code runs.
[[maybe_unused]] racecourse::mutex constant_initialised;
#endif

template <class Mutex> void isLockable() {
  static_assert(!std::is_copy_constructible_v<Mutex> && !std::is_move_constructible_v<Mutex>);
  static_assert(std::is_default_constructible_v<Mutex>);
  Mutex a RACECOURSE_NAMED("a"), b;
  {
    std::lock_guard<Mutex> guard(a);
  }
  {
    std::unique_lock<Mutex> lock(a, std::defer_lock);
    EXPECT_TRUE(lock.try_lock());
    std::unique_lock<Mutex> moved(std::move(lock));
    EXPECT_TRUE(moved.owns_lock());
    bool got = true;
    racecourse::thread other([&] { got = a.try_lock(); });
    other.join();
    EXPECT_FALSE(got);
  }
  {
    std::scoped_lock both(a, b);
  }
  std::lock(a, b);
  std::lock_guard<Mutex> adopted_a(a, std::adopt_lock), adopted_b(b, std::adopt_lock);
}

template <class Mutex> void isTimedLockable() {
  isLockable<Mutex>();
  Mutex a;
  EXPECT_TRUE(a.try_lock_for(1h));
  bool by_duration = true, by_steady = true, by_system = true;
  racecourse::thread other([&] {
    by_duration = a.try_lock_for(1ms);
    by_steady = a.try_lock_until(std::chrono::steady_clock::now() - 1s);
    by_system = a.try_lock_until(std::chrono::system_clock::now() + 1ms);
  });
  other.join();
  EXPECT_FALSE(by_duration || by_steady || by_system);
  a.unlock();
#ifndef RACECOURSE_OFF // libstdc++ itself overflows here
  EXPECT_TRUE(a.try_lock_for(std::chrono::hours::max())) << "a duration that overflows a clock";
  a.unlock();
#endif
}

template <class Mutex> void isSharedLockable() {
  isLockable<Mutex>();
  Mutex a;
  std::shared_lock<Mutex> one(a);
  bool shared = false, exclusive = true;
  racecourse::thread other([&] {
    if ((shared = a.try_lock_shared())) a.unlock_shared();
    exclusive = a.try_lock();
  });
  other.join();
  EXPECT_TRUE(shared);
  EXPECT_FALSE(exclusive);
}

TEST(Types, Mutex) {
  isLockable<racecourse::mutex>();
}
TEST(Types, TimedMutex) {
  isTimedLockable<racecourse::timed_mutex>();
}
TEST(Types, RecursiveMutex) {
  isLockable<racecourse::recursive_mutex>();
}
TEST(Types, RecursiveTimedMutex) {
  isTimedLockable<racecourse::recursive_timed_mutex>();
}
TEST(Types, SharedMutex) {
  isSharedLockable<racecourse::shared_mutex>();
}
TEST(Types, SharedTimedMutex) {
  isSharedLockable<racecourse::shared_timed_mutex>();
  isTimedLockable<racecourse::shared_timed_mutex>();
  racecourse::shared_timed_mutex a;
  EXPECT_TRUE(a.try_lock_shared_for(1h));
  a.unlock_shared();
}

TEST(Types, ConditionVariable) {
  racecourse::mutex m;
  racecourse::condition_variable changed;
  bool ready = false;
  std::unique_lock<racecourse::mutex> lock(m);
  EXPECT_EQ(changed.wait_for(lock, 1ms), std::cv_status::timeout);
  EXPECT_FALSE(changed.wait_until(lock, std::chrono::system_clock::now() + 1ms, [&] { return ready; }));
  EXPECT_TRUE(lock.owns_lock());
  racecourse::thread other([&] {
    std::lock_guard<racecourse::mutex> guard(m);
    ready = true;
    changed.notify_all();
  });
  changed.wait(lock, [&] { return ready; });
  EXPECT_TRUE(changed.wait_for(lock, 1h, [&] { return ready; }));
  lock.unlock();
  other.join();
}

TEST(Types, ConditionVariableAny) {
  racecourse::shared_mutex m;
  racecourse::condition_variable_any changed;
  bool ready = false;
  racecourse::thread other([&] {
    std::lock_guard<racecourse::shared_mutex> guard(m);
    ready = true;
    changed.notify_all();
  });
  {
    std::shared_lock<racecourse::shared_mutex> lock(m);
    changed.wait(lock, [&] { return ready; });
    EXPECT_FALSE(changed.wait_for(lock, 1ms, [] { return false; }));
  }
  other.join();
#if defined(__cpp_lib_jthread)
  racecourse::mutex plain;
  bool stopped = false;
  racecourse::jthread waiter([&](std::stop_token token) {
    std::unique_lock<racecourse::mutex> lock(plain);
    stopped = !changed.wait(lock, token, [] { return false; });
  });
  waiter.request_stop();
  waiter.join();
  EXPECT_TRUE(stopped);
#endif
}

TEST(Types, Semaphore) {
  racecourse::counting_semaphore<8> units(2);
  EXPECT_TRUE(units.try_acquire());
  units.acquire();
  EXPECT_FALSE(units.try_acquire());
  EXPECT_FALSE(units.try_acquire_for(1ms));
  racecourse::thread other([&] { units.release(2); });
  units.acquire();
  EXPECT_TRUE(units.try_acquire_until(std::chrono::steady_clock::now() + 1h));
  other.join();
  static_assert(racecourse::counting_semaphore<8>::max() >= 8);
}

TEST(Types, Event) {
  racecourse::event flag;
  EXPECT_FALSE(flag.is_set());
  EXPECT_FALSE(flag.wait_for(1ms));
  racecourse::thread other([&] { flag.set(); });
  flag.wait();
  EXPECT_TRUE(flag.is_set());
  other.join();
  flag.clear();
  EXPECT_FALSE(flag.is_set());
}

TEST(Types, QueueKeepsOrderBoundAndCount) {
  racecourse::queue<std::unique_ptr<int>> items(2);
  EXPECT_EQ(items.try_get(), std::nullopt);
  EXPECT_FALSE(items.get_for(1ms));
  racecourse::thread producer([&] {
    for (int i = 0; i < 100; ++i)
      items.put(std::make_unique<int>(i));
  });
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(*items.get(), i);
  producer.join();
  EXPECT_LE(items.high_water(), 2u);
  EXPECT_GE(items.high_water(), 1u);
  EXPECT_TRUE(items.try_put(nullptr) && items.try_put(nullptr));
  EXPECT_FALSE(items.try_put(nullptr));
  EXPECT_FALSE(items.put_for(nullptr, 1ms));
}

TEST(Types, QueueJoinWaitsForEveryTaskDone) {
  racecourse::queue<int> items;
  items.join(); // nothing was put
  std::atomic<int> done{0};
  for (int i = 0; i < 10; ++i)
    items.put(i);
  racecourse::thread worker([&] {
    for (int i = 0; i < 10; ++i) {
      items.get();
      ++done;
      items.task_done();
    }
  });
  items.join();
  EXPECT_EQ(done, 10);
  worker.join();
  EXPECT_THROW(items.task_done(), std::logic_error);
}

TEST(Types, PoolReturnsResultsAndExceptions) {
  racecourse::thread_pool pool(3, "pool");
  auto value = pool.submit([](int a, int b) { return a + b; }, 40, 2);
  auto failure = pool.submit([]() -> int { throw std::out_of_range("no"); });
  auto nothing = pool.submit([] {});
  EXPECT_EQ(value.get(), 42);
  EXPECT_EQ(value.get(), 42) << "may be asked again";
  EXPECT_THROW(failure.get(), std::out_of_range);
  EXPECT_THROW(failure.get(), std::out_of_range);
  nothing.get();
  EXPECT_TRUE(value.done() && !value.cancel());
  EXPECT_EQ(pool.map([](int n) { return n * n; }, std::vector<int>{3, 1, 2}), (std::vector<int>{9, 1, 4}));
  EXPECT_THROW(
      pool.map([](int n) { return n == 2 ? throw std::out_of_range("no") : n; }, std::vector<int>{1, 2}),
      std::out_of_range);
  EXPECT_LE(pool.threads_high_water(), 3u);
  EXPECT_THROW(racecourse::future<int>().get(), std::future_error);
}

TEST(Types, PoolTasksMoveTheirArguments) {
  racecourse::thread_pool pool(1);
  auto moved = pool.submit([](std::unique_ptr<int> p) { return *p; }, std::make_unique<int>(7));
  EXPECT_EQ(moved.get(), 7);
}

TEST(Types, ShutdownFinishesOrCancels) {
  racecourse::thread_pool pool(1);
  racecourse::event begun, go_on;
  auto running = pool.submit([&] {
    begun.set();
    go_on.wait();
    return 1;
  });
  begun.wait();
  auto waiting = pool.submit([] { return 2; });
  auto by_hand = pool.submit([] { return 3; });
  EXPECT_TRUE(by_hand.cancel());
  EXPECT_EQ(waiting.wait_for(1ms), std::future_status::timeout);
  pool.shutdown(false, true);
  EXPECT_THROW(waiting.get(), racecourse::cancelled_error);
  EXPECT_THROW(by_hand.get(), racecourse::cancelled_error);
  EXPECT_THROW(pool.submit([] {}), std::runtime_error);
  go_on.set();
  pool.shutdown();
  EXPECT_EQ(running.get(), 1);
}

TEST(Types, AsCompletedGivesEachOnceInTheOrderOfTheirEnd) {
  racecourse::thread_pool pool(2);
  racecourse::event first_may_end;
  std::vector<racecourse::future<int>> futures;
  futures.push_back(pool.submit([&] {
    first_may_end.wait();
    return 1;
  }));
  futures.push_back(pool.submit([] { return 2; }));
  std::vector<int> order;
  for (const auto& one : racecourse::as_completed<int>(futures)) {
    order.push_back(one.get());
    first_may_end.set();
  }
  EXPECT_EQ(order, (std::vector<int>{2, 1}));
}

TEST(Types, ThreadMovesAndTerminatesAsTheStandardsDoes) {
  racecourse::thread none;
  EXPECT_FALSE(none.joinable());
  std::string text;
  racecourse::thread one([&](std::string a, std::string& b) { b = std::move(a); }, "moved", std::ref(text));
  racecourse::thread other(std::move(one));
  EXPECT_FALSE(one.joinable());
  swap(none, other);
  none.join();
  EXPECT_EQ(text, "moved");
}

int addUp(int a, long b) {
  return a + static_cast<int>(b);
}
void doNothing() {}
int throwText(int) {
  throw std::runtime_error("text of the task");
}
int dieNow(int status) {
  _exit(status);
}

TEST(Types, ProcessPool) {
  racecourse::process_pool pool(2);
  std::vector<racecourse::future<int>> sums;
  for (int i = 0; i < 20; ++i)
    sums.push_back(pool.submit(addUp, i, 1));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(sums[static_cast<std::size_t>(i)].get(), i + 1);
  pool.submit(doNothing).get();
  auto thrown = pool.submit(throwText, 0);
  try {
    thrown.get();
    ADD_FAILURE();
  } catch (const racecourse::process_error& error) {
    EXPECT_STREQ(error.what(), "text of the task");
  }
  EXPECT_THROW(pool.submit(dieNow, 3).get(), racecourse::process_error);
  EXPECT_EQ(pool.alive(), 1u);
  EXPECT_EQ(pool.submit(addUp, 2, 2).get(), 4) << "the other worker goes on";
  EXPECT_THROW(pool.submit(dieNow, 3).get(), racecourse::process_error);
  EXPECT_THROW(pool.submit(addUp, 1, 1).get(), racecourse::process_error);
}

#ifndef RACECOURSE_OFF
// Last by its name: everything above was innocent.
TEST(Zzz, NothingWasReported) {
  EXPECT_EQ(racecourse::report_count(), 0u);
}
#endif

} // namespace
