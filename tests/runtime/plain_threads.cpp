// Unmodified C++ with std types, for the preloaded runtime: `plain_threads inversion` shows a possible deadlock,
// `plain_threads calm` uses every kind of object and has nothing to tell.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <thread>

static std::mutex a, b;

static int inversion() {
  std::atomic<int> turn{0};
  std::thread one([&] {
    {
      std::lock_guard first(a);
      std::lock_guard second(b);
    }
    turn = 1;
    turn.notify_all();
    turn.wait(1);
  });
  std::thread two([&] {
    turn.wait(0);
    {
      std::lock_guard first(b);
      std::lock_guard second(a);
    }
    turn = 2;
    turn.notify_all();
  });
  one.join();
  two.join();
  return 0;
}

static int calm() {
  std::shared_timed_mutex shared;
  std::recursive_mutex again;
  std::timed_mutex timed;
  std::condition_variable changed;
  bool ready = false;
  std::thread waiter([&] {
    std::unique_lock lock(a);
    changed.wait(lock, [&] { return ready; });
    while (changed.wait_for(lock, std::chrono::milliseconds(1)) == std::cv_status::no_timeout) {
    }
  });
  std::thread reader([&] {
    std::shared_lock one(shared);
    std::lock_guard two(again), three(again);
    if (timed.try_lock_for(std::chrono::seconds(30))) timed.unlock();
  });
  {
    std::lock_guard lock(a);
    ready = true;
  }
  changed.notify_all();
  {
    std::unique_lock lock(shared);
  }
  waiter.join();
  reader.join();
  return 0;
}

int main(int count, char** arguments) {
  int status = count == 2 && strcmp(arguments[1], "inversion") == 0 ? inversion() : calm();
  puts("done");
  return status;
}
