// The right ways with atomics: a loop of compare-and-exchange, one fetch, one exchange.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <thread>

std::atomic<int> tickets{1};
std::atomic<bool> claimed{false};
std::atomic<int> sold{0};

void buy() {
  int left = tickets.load();
  while (left > 0 && !tickets.compare_exchange_weak(left, left - 1)) {
  }
  if (left > 0) sold.fetch_add(1);
  if (!claimed.exchange(true)) sold.fetch_add(1);
}

int main() {
  std::thread one(buy), two(buy);
  one.join();
  two.join();
}
