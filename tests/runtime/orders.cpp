// Lock orders: real cycles, and the innocent neighbours which other tools report.
#include "tests/runtime/situation.h"

#include <memory>
#include <new>

using racecourse::mutex;
using racecourse::thread;

namespace {
/// Two threads that both live during both parts, first one, then the other: only the order is wrong.
template <class One, class Two> void inTurn(One one, Two two) {
  Turns turns;
  thread first([&] {
    one();
    turns.done();
    turns.await(2);
  });
  thread second([&] {
    turns.await(1);
    two();
    turns.done();
  });
  first.join();
  second.join();
}
} // namespace

SITUATION(ab_ba_concurrent, "lock-order-cycle possible") {
  mutex a("a"), b("b");
  inTurn([&] { takeBoth(a, b); }, [&] { takeBoth(b, a); });
}

SITUATION(ab_ab_concurrent, "quiet") {
  mutex a("a"), b("b");
  inTurn([&] { takeBoth(a, b); }, [&] { takeBoth(a, b); });
}

SITUATION(three_lock_cycle, "lock-order-cycle possible") {
  mutex a("a"), b("b"), c("c");
  Turns turns;
  auto worker = [&](int turn, mutex& first, mutex& second) {
    turns.await(turn);
    takeBoth(first, second);
    turns.done();
    turns.await(3);
  };
  thread one(worker, 0, std::ref(a), std::ref(b)), two(worker, 1, std::ref(b), std::ref(c)),
      three(worker, 2, std::ref(c), std::ref(a));
  one.join();
  two.join();
  three.join();
}

SITUATION(try_then_lock, "lock-order-cycle possible") {
  mutex a("a"), b("b");
  inTurn(
      [&] {
        if (!a.try_lock()) return;
        std::lock_guard inner(b);
        a.unlock();
      },
      [&] { takeBoth(b, a); });
}

SITUATION(read_then_write, "lock-order-cycle possible") {
  racecourse::shared_mutex a("a"), b("b");
  auto part = [](auto& read, auto& write) {
    std::shared_lock reading(read);
    std::lock_guard writing(write);
  };
  inTurn([&] { part(a, b); }, [&] { part(b, a); });
}

SITUATION(joined_in_between, "lock-order-cycle order create-join-order") {
  mutex a("a"), b("b");
  thread one([&] { takeBoth(a, b); });
  one.join();
  thread two([&] { takeBoth(b, a); });
  two.join();
}

SITUATION(before_the_spawn, "lock-order-cycle order create-join-order") {
  mutex a("a"), b("b");
  takeBoth(a, b);
  thread one([&] { takeBoth(b, a); });
  one.join();
}

// The same as before_the_spawn at first; then the creator does it again, at the same places, while the thread lives.
SITUATION(before_the_spawn_and_after,
          "lock-order-cycle order create-join-order + lock-order-cycle possible") {
  mutex a("a"), b("b");
  auto mine = [&]() __attribute__((noinline)) { takeBoth(a, b); };
  Turns turns;
  mine();
  thread one([&] {
    takeBoth(b, a);
    turns.done();
    turns.await(2);
  });
  turns.await(1);
  mine();
  turns.done();
  one.join();
}

SITUATION(one_thread, "lock-order-cycle order one-thread") {
  mutex a("a"), b("b");
  takeBoth(a, b);
  takeBoth(b, a);
}

SITUATION(gate_lock, "lock-order-cycle order gate-lock") {
  mutex gate("gate"), a("a"), b("b");
  inTurn(
      [&] {
        std::lock_guard guard(gate);
        takeBoth(a, b);
      },
      [&] {
        std::lock_guard guard(gate);
        takeBoth(b, a);
      });
}

SITUATION(gate_of_readers, "lock-order-cycle possible") {
  racecourse::shared_mutex gate("gate");
  mutex a("a"), b("b");
  inTurn(
      [&] {
        std::shared_lock guard(gate);
        takeBoth(a, b);
      },
      [&] {
        std::shared_lock guard(gate);
        takeBoth(b, a);
      });
}

SITUATION(gate_on_one_side_only, "lock-order-cycle possible") {
  mutex gate("gate"), a("a"), b("b");
  inTurn(
      [&] {
        std::lock_guard guard(gate);
        takeBoth(a, b);
      },
      [&] { takeBoth(b, a); });
}

SITUATION(try_lock_closes, "quiet") {
  mutex a("a"), b("b");
  inTurn([&] { takeBoth(a, b); },
         [&] {
           std::lock_guard outer(b);
           if (a.try_lock()) a.unlock();
         });
}

SITUATION(scoped_lock_both_ways, "quiet") {
  mutex a("a"), b("b");
  inTurn([&] { std::scoped_lock both(a, b); }, [&] { std::scoped_lock both(b, a); });
}

SITUATION(timed_lock_closes, "lock-order-cycle order timed") {
  mutex b("b");
  racecourse::timed_mutex a("a");
  inTurn([&] { takeBoth(a, b); },
         [&] {
           std::lock_guard outer(b);
           if (a.try_lock_for(std::chrono::seconds(30))) a.unlock();
         });
}

SITUATION(readers_only, "lock-order-cycle order readers-only") {
  racecourse::shared_mutex a("a"), b("b");
  auto part = [](auto& first, auto& second) {
    std::shared_lock one(first);
    std::shared_lock two(second);
  };
  inTurn([&] { part(a, b); }, [&] { part(b, a); });
}

SITUATION(readers_against_a_writer, "lock-order-cycle order readers-only") {
  racecourse::shared_mutex a("a"), b("b");
  inTurn(
      [&] {
        std::shared_lock one(a);
        std::shared_lock two(b);
      },
      [&] {
        std::shared_lock one(b);
        std::lock_guard two(a);
      });
}

namespace {
void handOverHand(mutex& a, mutex& b, mutex& c) {
  std::unique_lock first(a);
  std::unique_lock second(b);
  first.unlock();
  std::lock_guard third(c);
}
} // namespace

SITUATION(hand_over_hand_two_threads, "lock-order-cycle order one-thread") {
  mutex a("a"), b("b"), c("c");
  inTurn([&] { handOverHand(a, b, c); }, [&] { takeBoth(c, a); });
}

SITUATION(hand_over_hand_three_threads, "lock-order-cycle order one-thread + lock-order-cycle possible") {
  mutex a("a"), b("b"), c("c");
  Turns turns;
  auto chain = [&](int turn) {
    turns.await(turn);
    handOverHand(a, b, c);
    turns.done();
    turns.await(3);
  };
  thread back([&] {
    turns.await(1);
    takeBoth(c, a);
    turns.done();
    turns.await(3);
  });
  thread one(chain, 0), two(chain, 2);
  back.join();
  one.join();
  two.join();
}

namespace {
/// The lock dies in between, another takes its place in memory: two locks, not one.
template <class Make> void reuse(Make make) {
  mutex other("other");
  Turns turns;
  thread first([&] {
    make([&](mutex& first_life) { takeBoth(first_life, other); });
    turns.done();
    turns.await(2);
  });
  thread second([&] {
    turns.await(1);
    make([&](mutex& second_life) { takeBoth(other, second_life); });
    turns.done();
  });
  first.join();
  second.join();
}
} // namespace

SITUATION(placement_new_reuse, "quiet") {
  alignas(mutex) static char room[sizeof(mutex)];
  reuse([](auto use) {
    auto* lock = new (room) mutex;
    use(*lock);
    lock->~mutex();
  });
}

SITUATION(stack_slot_reuse, "quiet") {
  mutex other("other");
  auto in_a_frame = [&](bool first) __attribute__((noinline)) {
    mutex local;
    first ? takeBoth(local, other) : takeBoth(other, local);
  };
  in_a_frame(true);
  in_a_frame(false);
}

SITUATION(heap_reuse, "quiet") {
  reuse([](auto use) {
    auto lock = std::make_unique<mutex>();
    use(*lock);
  });
}

SITUATION(recursive_read, "quiet") {
  racecourse::shared_mutex a("a");
  std::shared_lock one(a);
  std::shared_lock two(a);
}

SITUATION(recursive_mutex_again, "quiet") {
  racecourse::recursive_mutex a("a");
  mutex b("b");
  std::lock_guard one(a);
  std::lock_guard two(b);
  std::lock_guard three(a); // no order: it is held already
}

SITUATION(eighty_locks_held, "quiet") {
  std::unique_ptr<mutex[]> locks(new mutex[80]);
  for (int i = 0; i < 80; ++i)
    locks[i].lock();
  for (int i = 80; i-- > 0;)
    locks[i].unlock();
}

SITUATION(a_thousand_locks_held, "lock-order-cycle order one-thread ...") {
  constexpr int count = 1000;
  std::unique_ptr<mutex[]> locks(new mutex[count]);
  for (int i = 0; i < count; ++i)
    locks[i].lock();
  for (int i = 0; i < count; ++i)
    locks[i].unlock();                  // in the order they were taken: each from the bottom
  takeBoth(locks[count - 1], locks[0]); // the edge from the first to the last was kept
}
