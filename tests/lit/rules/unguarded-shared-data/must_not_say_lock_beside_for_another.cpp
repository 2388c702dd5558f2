// A lock beside a member that most of its accesses, writes among them, do without: it is there for something else.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <vector>

class Widget {
public:
  void resize(int width) { width_ = width; }
  void grow() { ++width_; }
  int width() const { return width_; }
  void log(int entry) {
    std::lock_guard guard(log_mu_);
    log_.push_back(entry + width_);
  }

private:
  int width_ = 0;
  std::mutex log_mu_;
  std::vector<int> log_;
};
