// Each method locks by itself; what the caller makes of two of them is no unit.
// CHECK: {{error|warning}}: {{.*}}level_`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>
#include <thread>

class Gauge {
public:
  int level() const {
    std::lock_guard guard(mu_);
    return level_;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}level_
  }
  void setLevel(int level) {
    std::lock_guard guard(mu_);
    level_ = level;
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: {{.*}}level_
  }

private:
  mutable std::mutex mu_;
  int level_ = 0;
};

void raise(Gauge& gauge) {
  if (gauge.level() < 10) gauge.setLevel(gauge.level() + 1);
}

int main() {
  Gauge gauge;
  std::thread one([&] { raise(gauge); }), two([&] { raise(gauge); });
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
