// A pool of the program's own, made for every batch.
// CHECK: warning: a pool of threads is made and ended in every round of this loop{{.*}}[racestyle-thread-per-item]
// RUN: %check --rules racestyle-thread-per-item %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <thread>
#include <vector>
class Pool {
public:
  Pool() {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([] {});
  }
  ~Pool() {
    for (auto& t : threads_) t.join();
  }
private:
  std::vector<std::thread> threads_;
};
void all(const std::vector<std::vector<int>>& batches) {
  for (const auto& batch : batches) {
    Pool pool;
    (void)batch;
  }
}
