// Discipline: who unlocks, what is held at the end, how long.
#include "tests/runtime/situation.h"

#include <memory>

using racecourse::mutex;
using racecourse::thread;

SITUATION(unlock_by_another_thread, "unlock-not-owner happening") {
  // The holder is still recorded as such while the other unlocks; a mutex left locked at the end would be undefined.
  mutex a("a");
  Turns turns;
  thread holder([&] {
    a.lock();
    turns.done();
    turns.await(2);
  });
  thread other([&] {
    turns.await(1);
    a.unlock();
    turns.done();
  });
  holder.join();
  other.join();
}

SITUATION(unlock_of_a_free_lock, "unlock-not-owner happening") {
  racecourse::recursive_mutex a("a"); // answers EPERM, so going on is defined
  a.lock();
  a.unlock();
  a.unlock();
}

// A semaphore has no owner: given by a thread that never took it, and so no misuse and no stall.
SITUATION(semaphore_given_by_another_thread, "quiet") {
  racecourse::binary_semaphore baton(0, "baton");
  thread giver([&] { baton.release(); });
  baton.acquire();
  giver.join();
}

SITUATION(thread_ends_with_a_lock, "lock-held-at-thread-exit happening") {
  static mutex& a = *new mutex("a"); // outlives everybody: destroying a held mutex is another situation
  thread forgetful([] { a.lock(); });
  forgetful.join();
}

SITUATION(thread_ends_without, "quiet") {
  mutex a("a");
  thread tidy([&] { std::lock_guard guard(a); });
  tidy.join();
}

SITUATION(destroyed_while_held, "destroyed-while-held happening") {
  auto a = std::make_unique<mutex>("a");
  a->lock();
  a.reset();
}

SITUATION(destroyed_after_use, "quiet") {
  auto a = std::make_unique<mutex>("a");
  a->lock();
  a->unlock();
  a.reset();
}

// For run_hostile.py, with classes=1 and a budget: without these options there is nothing to tell.
SITUATION(two_classes_both_orders, "quiet") {
  mutex accounts[2]{mutex("account"), mutex("account")}, logs[2]{mutex("log"), mutex("log")};
  Turns turns;
  thread one([&] {
    takeBoth(accounts[0], logs[0]);
    turns.done();
    turns.await(2);
  });
  thread two([&] {
    turns.await(1);
    takeBoth(logs[1], accounts[1]);
    turns.done();
  });
  one.join();
  two.join();
}

SITUATION(holds_for_a_while, "quiet") {
  mutex a("a");
  std::lock_guard guard(a);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(20)); // longer than a budget of one, whatever the machine does
}
