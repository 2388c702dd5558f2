// Changed under the mutex; or the mutex is taken between change and notification; a wait that looks again after a while;
// one that somebody else wakes; a change before the waiter exists.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable changed, again, other, early;
std::atomic<bool> ready{false}, done{false}, tick{false}, begun{false};

void waiter() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [] { return ready.load() && done.load(); });
  while (!again.wait_for(lock, std::chrono::milliseconds(10), [] { return tick.load(); }))
    ;
  while (!begun)
    early.wait(lock);
}

void setter() {
  {
    std::lock_guard lock(mutex);
    ready = true;
  }
  changed.notify_one();
  done = true;
  { std::lock_guard lock(mutex); } // whoever has tested is asleep now
  changed.notify_one();
  tick = true; // seen after 10 ms at the latest
  again.notify_one();
  tick = false; // nobody waits for that
  other.notify_one();
}

int main() {
  begun = true;
  early.notify_all();
  std::thread first(waiter), second(setter);
  first.join();
  second.join();
}
