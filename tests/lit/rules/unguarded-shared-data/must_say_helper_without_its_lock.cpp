// One of two callers forgets the lock that the helper counts on.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

class Counter {
public:
  void up() {
    std::lock_guard<std::mutex> lock(mu_);
    bump();
  }
  void upFast() { bump(); }
  void set(int value) {
    std::lock_guard<std::mutex> lock(mu_);
    count_ = value;
  }
  int get() const {
    std::lock_guard<std::mutex> lock(mu_);
    return count_;
  }

private:
  void bump() {
    count_++;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`Counter::count_`{{.*}}[racecourse-unguarded-shared-data]
  }
  mutable std::mutex mu_;
  int count_ = 0;
};
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
