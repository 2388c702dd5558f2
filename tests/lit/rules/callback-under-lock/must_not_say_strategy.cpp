// One strategy behind an interface: the class's own choice.
// RUN: %check --rules racestyle-callback-under-lock %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <memory>
#include <mutex>
struct Clock {
  virtual ~Clock() = default;
  virtual long now() = 0;
};
class Timer {
public:
  explicit Timer(std::unique_ptr<Clock> c) : clock_(std::move(c)) {}
  long read() {
    std::lock_guard<std::mutex> g(mu_);
    return last_ = clock_->now();
  }
private:
  std::mutex mu_;
  long last_ = 0;
  std::unique_ptr<Clock> clock_;
};
long use(Timer& t) { return t.read(); }
