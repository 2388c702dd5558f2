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
  }
  void setLevel(int level) {
    std::lock_guard guard(mu_);
    level_ = level;
  }

private:
  mutable std::mutex mu_;
  int level_ = 0;
};

void raise(Gauge& gauge) {
  if (gauge.level() < 10)
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: tests {{.*}}level_
    gauge.setLevel(9);
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: writes {{.*}}level_
}

int main() {
  Gauge gauge;
  std::thread one([&] { raise(gauge); }), two([&] { raise(gauge); });
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
