// A public method that locks, called by another that already did.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <mutex>

class Store {
public:
  int size() const {
    std::lock_guard guard(mu_);
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}mu_`{{.*}}[racecourse-double-lock]
    return size_;
  }
  void grow() {
    std::lock_guard guard(mu_);
    size_ = size() + 1;
  }

private:
  mutable std::mutex mu_;
  int size_ = 0;
};

int main() {
  Store store;
  store.grow();
  return store.size();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
