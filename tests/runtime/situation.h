// One situation: a small program with a known truth, and what the runtime must say about it. All situations of this
// folder are linked into one program, `situations NAME` runs one, `situations --list` prints names and expectations.
//
// An expectation lists every report of the run, whatever its level, separated by " + ": "KIND LEVEL" or
// "KIND order RULES". "quiet" is no report at all; " ..." at the end allows further ones of level order. A situation
// marked HANGS blocks for ever and is ended by on_deadlock=exit.
#pragma once

#ifdef SITUATIONS_PLAIN
#include "tests/runtime/plain_types.h"
#else
#include "racecourse/condition_variable.h"
#include "racecourse/event.h"
#include "racecourse/mutex.h"
#include "racecourse/queue.h"
#include "racecourse/semaphore.h"
#include "racecourse/shared_mutex.h"
#include "racecourse/thread.h"
#include "racecourse/thread_pool.h"
#endif

#include <atomic>
#include <functional>
#include <mutex>
#include <shared_mutex>

struct Situation {
  const char *name, *expected;
  bool hangs;
  void (*run)();
  Situation* next = nullptr;
  Situation(const char* name, const char* expected, bool hangs, void (*run)());
};

#define SITUATION(name, expected)                                                                            \
  static void run_##name();                                                                                  \
  static Situation situation_##name(#name, expected, false, run_##name);                                     \
  static void run_##name()
#define SITUATION_THAT_HANGS(name, expected)                                                                 \
  static void run_##name();                                                                                  \
  static Situation situation_##name(#name, expected, true, run_##name);                                      \
  static void run_##name()

/// Lets threads take turns without any lock the runtime sees: await(n) waits until n steps were done.
class Turns {
public:
  void done() {
    step_.fetch_add(1);
    step_.notify_all();
  }
  void await(int step) {
    for (int now = step_.load(); now < step; now = step_.load())
      step_.wait(now);
  }

private:
  std::atomic<int> step_{0};
};

/// Takes the two in this order and lets go of them.
template <class First, class Second> void takeBoth(First& first, Second& second) {
  std::lock_guard one(first);
  std::lock_guard two(second);
}
