// Two methods lock, the getter does not.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

class Counter {
public:
  void up() {
    std::lock_guard<std::mutex> lock(mu_);
    count_++;
  }
  void down() {
    std::lock_guard<std::mutex> lock(mu_);
    count_--;
  }
  int get() const {
    return count_;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}`Counter::count_`{{.*}}[racecourse-unguarded-shared-data]
  }

private:
  mutable std::mutex mu_;
  int count_ = 0;
};
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
