#include "checker/tool/crash_guard.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <vector>

namespace racecourse::tool {
namespace {

/// Recurses until the stack ends; the volatile reads keep the frames and the call.
int eatStack(volatile char* above) {
  volatile char frame[4096];
  frame[0] = above ? above[0] : 1;
  return eatStack(frame) + frame[0];
}

TEST(CrashGuard, LetsWorkFinish) {
  int done = 0;
  EXPECT_EQ(runGuarded([&] { done = 7; }), std::nullopt);
  EXPECT_EQ(done, 7);
}

TEST(CrashGuard, TellsTheSignal) {
  EXPECT_EQ(runGuarded([] { std::abort(); }), SIGABRT);
  EXPECT_EQ(runGuarded([] { std::raise(SIGSEGV); }), SIGSEGV);
  EXPECT_EQ(runGuarded([] { __builtin_trap(); }), SIGILL);
}

TEST(CrashGuard, SurvivesTheEndOfTheStack) {
  EXPECT_EQ(runGuarded([] { eatStack(nullptr); }), SIGSEGV);
  // And can do so again: the signal's stack of the first crash is gone.
  EXPECT_EQ(runGuarded([] { eatStack(nullptr); }), SIGSEGV);
}

TEST(CrashGuard, GivesDeepWorkAStack) {
  // 16 MiB of frames: twice what a thread has by default.
  struct Deep {
    static int down(int left) {
      volatile char frame[4096] = {1};
      return left == 0 ? frame[0] : down(left - 1) + frame[0];
    }
  };
  int depth = 0;
  EXPECT_EQ(runGuarded([&] { depth = Deep::down(4096); }), std::nullopt);
  EXPECT_EQ(depth, 4097);
}

TEST(CrashGuard, KeepsThreadsApart) {
  std::atomic<int> finished_count = 0, crashed_count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      const auto signal = runGuarded([&] {
        if (i % 2 == 0) eatStack(nullptr);
        ++finished_count;
      });
      if (signal) ++crashed_count;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(finished_count, 8);
  EXPECT_EQ(crashed_count, 8);
}

} // namespace
} // namespace racecourse::tool
