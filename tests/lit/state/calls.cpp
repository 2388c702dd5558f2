// What callers hold reaches the callee; what every caller holds is must.
// RUN: %racecourse check --dump-state --exit-zero %s -- %cxx | FileCheck %s
#include <algorithm>
#include <mutex>
#include <vector>

void racecourse_probe(const char*);

std::mutex a, b;

static void always() {
  racecourse_probe("always");
  // CHECK: :[[@LINE-1]]: always [main thread] must {a} may {a, b}
}

static void wrapper() { a.lock(); }

int main() {
  {
    std::lock_guard guard(a);
    always();
  }
  {
    std::scoped_lock guard(a, b);
    always();
  }
  wrapper();
  racecourse_probe("by wrapper");
  // CHECK: :[[@LINE-1]]: by wrapper [main thread] must {a} may {a}
  a.unlock();
  std::vector<int> items{1, 2};
  std::lock_guard guard(b);
  std::for_each(items.begin(), items.end(), [](int) {
    racecourse_probe("in the algorithm");
    // CHECK: :[[@LINE-1]]: in the algorithm [main thread] must {b} may {b}
  });
}
