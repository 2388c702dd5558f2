// Waits that are no locks: conditions, events, joins, results. And deadlocks while they happen.
#include "tests/runtime/situation.h"

using racecourse::mutex;
using racecourse::thread;

namespace {
/// Both hold one lock before either asks for the other: the hang is certain.
template <class A, class B> void meet(A& a, B& b) {
  Turns turns;
  auto part = [&](auto& first, auto& second) {
    std::lock_guard one(first);
    turns.done();
    turns.await(2);
    std::lock_guard two(second);
  };
  thread one([&] { part(a, b); }), two([&] { part(b, a); });
  one.join();
  two.join();
}
} // namespace

SITUATION_THAT_HANGS(deadlock_of_two, "lock-order-cycle possible + deadlock happening") {
  mutex a("a"), b("b");
  meet(a, b);
}

SITUATION_THAT_HANGS(deadlock_of_three, "lock-order-cycle possible + deadlock happening") {
  mutex a("a"), b("b"), c("c");
  Turns turns;
  auto part = [&](mutex& first, mutex& second) {
    std::lock_guard one(first);
    turns.done();
    turns.await(3);
    std::lock_guard two(second);
  };
  thread one([&] { part(a, b); }), two([&] { part(b, c); }), three([&] { part(c, a); });
  one.join();
  two.join();
  three.join();
}

SITUATION_THAT_HANGS(deadlock_with_a_reader, "lock-order-cycle possible + deadlock happening") {
  racecourse::shared_mutex a("a");
  mutex b("b");
  Turns turns;
  thread reader([&] {
    std::shared_lock one(a);
    turns.done();
    turns.await(2);
    std::lock_guard two(b);
  });
  thread writer([&] {
    std::lock_guard one(b);
    turns.done();
    turns.await(2);
    std::lock_guard two(a);
  });
  reader.join();
  writer.join();
}

SITUATION_THAT_HANGS(deadlock_through_join, "join-under-lock possible + deadlock happening") {
  mutex a("a");
  Turns turns;
  thread needs_a([&] {
    turns.await(1);
    std::lock_guard guard(a);
  });
  std::lock_guard guard(a);
  turns.done();
  needs_a.join();
}

SITUATION(contended_but_ends, "quiet") {
  mutex a("a"), b("b");
  Turns turns;
  thread holder([&] {
    std::lock_guard one(a);
    turns.done();
    turns.await(2);
    std::lock_guard two(b);
  });
  thread waiter([&] {
    turns.await(1);
    turns.done();
    std::lock_guard one(a);
  });
  holder.join();
  waiter.join();
}

SITUATION_THAT_HANGS(relock, "self-deadlock happening") {
  mutex a("a");
  a.lock();
  a.lock();
}

SITUATION_THAT_HANGS(write_while_reading, "self-deadlock happening") {
  racecourse::shared_mutex a("a");
  a.lock_shared();
  a.lock();
}

// The leaver ends with the lock in its hand, so the wait of the next one has no end.
SITUATION_THAT_HANGS(left_behind, "lock-held-at-thread-exit happening + stalled-wait happening") {
  mutex a("a");
  thread leaver([&] { a.lock(); });
  leaver.join();
  a.lock();
}

SITUATION(relock_recursive, "quiet") {
  racecourse::recursive_mutex a("a");
  std::lock_guard one(a);
  std::lock_guard two(a);
}

SITUATION(relock_by_try, "quiet") {
  racecourse::recursive_timed_mutex a("a");
  std::lock_guard one(a);
  if (a.try_lock_for(std::chrono::seconds(30))) a.unlock();
}

// The waiter keeps `other`; whoever should notify needs it. Told when the wait begins, and again when all is lost.
SITUATION_THAT_HANGS(wait_while_holding, "wait-while-holding possible + stalled-wait happening") {
  mutex other("other"), m("m");
  racecourse::condition_variable changed;
  bool ready = false;
  Turns turns;
  thread notifier([&] {
    other.lock(); // this thread asks for it as a habit
    other.unlock();
    turns.done();
    turns.await(2);
    std::lock_guard needs(other);
    std::lock_guard guard(m);
    ready = true;
    changed.notify_one();
  });
  turns.await(1);
  std::lock_guard keeps(other);
  std::unique_lock lock(m);
  turns.done();
  changed.wait(lock, [&] { return ready; });
}

SITUATION(wait_with_its_own_mutex, "quiet") {
  mutex m("m");
  racecourse::condition_variable changed;
  bool ready = false;
  thread notifier([&] {
    std::lock_guard guard(m);
    ready = true;
    changed.notify_one();
  });
  std::unique_lock lock(m);
  changed.wait(lock, [&] { return ready; });
  lock.unlock();
  notifier.join();
}

SITUATION(wait_while_holding_what_nobody_needs, "wait-while-holding order ...") {
  mutex other("other"), m("m");
  racecourse::condition_variable changed;
  bool ready = false;
  Turns turns;
  thread notifier([&] {
    turns.await(1);
    std::lock_guard guard(m);
    ready = true;
    changed.notify_one();
  });
  {
    std::lock_guard keeps(other);
    std::unique_lock lock(m);
    turns.done();
    changed.wait(lock, [&] { return ready; });
  }
  notifier.join();
}

SITUATION_THAT_HANGS(event_nobody_sets, "stalled-wait possible") {
  racecourse::event never("never");
  never.wait();
}

SITUATION(event_somebody_sets, "quiet") {
  racecourse::event soon("soon");
  thread setter([&] { soon.set(); });
  soon.wait();
  setter.join();
}

SITUATION_THAT_HANGS(semaphore_nobody_releases, "stalled-wait happening") {
  racecourse::binary_semaphore never(0, "never");
  thread waiter([&] { never.acquire(); });
  waiter.join();
}

SITUATION(join_under_lock_by_luck, "join-under-lock possible") {
  mutex a("a");
  Turns turns;
  thread needs_a([&] {
    std::lock_guard guard(a);
    turns.done();
  });
  turns.await(1);
  std::lock_guard guard(a);
  needs_a.join(); // this time it was through already
}

SITUATION(join_under_a_lock_it_never_needs, "quiet") {
  mutex a("a"), b("b");
  thread needs_b([&] { std::lock_guard guard(b); });
  std::lock_guard guard(a);
  needs_b.join();
}

SITUATION(join_under_lock_of_a_jthread, "join-under-lock possible ...") {
  mutex a("a");
  Turns turns;
  std::lock_guard guard(a);
  // Through another lock: the thread asks for b, and who holds b asks for a.
  mutex b("b");
  racecourse::jthread other([&] {
    takeBoth(b, a);
    turns.done();
  });
  a.unlock();
  turns.await(1);
  a.lock();
  other.join();
}

SITUATION(result_under_lock_by_luck, "join-under-lock possible") {
  mutex a("a");
  racecourse::thread_pool pool(1, "pool");
  auto result = pool.submit([&] {
    std::lock_guard guard(a);
    return 1;
  });
  while (!result.done())
    std::this_thread::yield();
  std::lock_guard guard(a);
  result.get();
}

SITUATION(result_without_lock, "quiet") {
  mutex a("a");
  racecourse::thread_pool pool(1, "pool");
  auto result = pool.submit([&] {
    std::lock_guard guard(a);
    return 1;
  });
  result.get();
  std::lock_guard guard(a);
}

SITUATION(pool_waits_for_itself, "join-under-lock possible") {
  racecourse::thread_pool pool(2, "pool");
  auto outer = pool.submit([&] { return pool.submit([] { return 1; }).get(); });
  outer.get();
}
