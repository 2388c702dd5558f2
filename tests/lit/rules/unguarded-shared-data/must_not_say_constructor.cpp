// Members are written without the lock while the object is being made and unmade.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <vector>

class Pool {
public:
  explicit Pool(int size) {
    free_.reserve(static_cast<std::size_t>(size));
    fill(size);
  }
  ~Pool() { free_.clear(); }
  int take() {
    std::lock_guard guard(mu_);
    int item = free_.back();
    free_.pop_back();
    return item;
  }
  void give(int item) {
    std::lock_guard guard(mu_);
    free_.push_back(item);
  }

private:
  void fill(int size) {
    for (int i = 0; i < size; ++i) free_.push_back(i);
  }
  std::mutex mu_;
  std::vector<int> free_;
};
