// Atomics in all spellings.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <thread>

std::atomic<int> count{0};
std::atomic_flag seen = ATOMIC_FLAG_INIT;
int plain = 0;

void work() {
  ++count;
  count.fetch_add(2, std::memory_order_relaxed);
  count |= 1;
  seen.test_and_set();
  __atomic_fetch_add(&plain, 1, __ATOMIC_RELAXED);
  __sync_fetch_and_add(&plain, 1);
}

int main() {
  std::thread first(work), second(work);
  int now = count;
  first.join();
  second.join();
  return now;
}
