// Two classes that call each other with their own lock held. No thread is visible: both classes mean to be shared.
// CHECK: warning: {{.*}}[racecourse-lock-order-inversion]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

class Log;

class Store {
public:
  explicit Store(Log* log) : log_(log) {}
  void put(int value);
  int size() {
    std::lock_guard guard(mu_);
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu_
    return size_;
  }

private:
  std::mutex mu_;
  int size_ = 0;
  Log* log_;
};

class Log {
public:
  void line() {
    std::lock_guard guard(mu_);
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}mu_
    ++lines_;
  }
  void report(Store& store) {
    std::lock_guard guard(mu_);
    lines_ += store.size();
  }

private:
  std::mutex mu_;
  int lines_ = 0;
};

void Store::put(int value) {
  std::lock_guard guard(mu_);
  size_ += value;
  log_->line();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
