// Places where a recorder breaks: forks, signal handlers, the ends of threads and of the program. Each must run through
// and tell no more than its truth.
#include "tests/runtime/situation.h"

#include <csignal>
#include <cstdlib>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

using racecourse::mutex;
using racecourse::thread;

SITUATION(fork_in_the_middle, "quiet") {
  mutex a("a"), b("b");
  std::atomic<bool> stop{false};
  std::unique_ptr<mutex[]> many(new mutex[64]);
  // Others keep the recorder busy while this thread forks.
  thread busy([&] {
    for (int i = 0; !stop; i = (i + 1) % 63)
      takeBoth(many[i], many[i + 1]);
  });
  for (int round = 0; round < 20; ++round) {
    std::unique_lock held(a);
    pid_t child = fork();
    if (child == 0) {
      std::lock_guard inner(b); // recording goes on in the child, with what it held
      held.unlock();
      mutex fresh;
      takeBoth(fresh, a);
      _exit(0);
    }
    held.unlock();
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) abort();
  }
  stop = true;
  busy.join();
}

namespace {
mutex signal_lock;
std::atomic<int> signals_seen{0};
void lockInHandler(int) {
  if (signal_lock.try_lock()) signal_lock.unlock();
  ++signals_seen;
}
} // namespace

SITUATION(signal_handler_locks, "quiet") {
  signal(SIGUSR1, lockInHandler);
  mutex a("a"), b("b");
  std::atomic<bool> stop{false};
  thread worker([&] {
    while (!stop) {
      mutex fresh; // a new lock each time: the slow path is interrupted too
      takeBoth(a, fresh);
      takeBoth(a, b);
    }
  });
  for (int i = 0; i < 2000; ++i) {
    pthread_kill(worker.native_handle(), SIGUSR1);
    if (i % 16 == 0) std::this_thread::yield();
  }
  stop = true;
  worker.join();
  if (signals_seen == 0) abort();
  signal(SIGUSR1, SIG_DFL);
}

namespace {
mutex end_lock, other_end_lock;
struct LocksAtTheEnd {
  ~LocksAtTheEnd() { takeBoth(end_lock, other_end_lock); }
};
thread_local LocksAtTheEnd locks_at_thread_end;
LocksAtTheEnd locks_at_program_end; // destroyed before the locks, which were made first
} // namespace

SITUATION(destructors_of_thread_locals_lock, "quiet") {
  thread one([] { (void)&locks_at_thread_end; });
  one.join();
}

namespace {
pthread_key_t late_key;
void lockLate(void* round) {
  takeBoth(end_lock, other_end_lock);
  auto left = reinterpret_cast<std::uintptr_t>(round);
  if (left > 1) pthread_setspecific(late_key, reinterpret_cast<void*>(left - 1));
}
} // namespace

SITUATION(destructors_of_keys_lock_in_every_round, "quiet") {
  pthread_key_create(&late_key, lockLate);
  thread one([] { pthread_setspecific(late_key, reinterpret_cast<void*>(3)); });
  one.join();
  pthread_key_delete(late_key);
}

SITUATION(an_exception_passes_through, "quiet") {
  racecourse::recursive_mutex a("a");
  try {
    std::lock_guard guard(a);
    throw 1;
  } catch (int) {
  }
  thread other([&] { std::lock_guard guard(a); });
  other.join();
}

SITUATION(many_short_lives, "quiet") {
  mutex outer("outer");
  for (int i = 0; i < 20000; ++i) {
    mutex inner; // more lives than dead locks are kept for the export, and than one place has lives
    takeBoth(outer, inner);
  }
}

SITUATION(many_short_threads, "quiet") {
  mutex a("a"), b("b");
  for (int i = 0; i < 300; ++i) {
    thread one([&] { takeBoth(a, b); });
    one.join();
  }
}

// For run_hostile.py, which sends it a signal: one known edge, then a wait.
SITUATION(waits_for_a_signal, "quiet") {
  if (!getenv("RACECOURSE_TEST_SIGNAL")) return;
  mutex a("a"), b("b");
  takeBoth(a, b);
  if (write(STDOUT_FILENO, "ready\n", 6) != 6) abort();
  pause();
}

SITUATION(aborts, "quiet") {
  if (!getenv("RACECOURSE_TEST_SIGNAL")) return;
  mutex a("a"), b("b");
  takeBoth(a, b);
  abort();
}
