// A list that nobody waits for is no queue.
// RUN: %check --rules racestyle-unbounded-queue %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <mutex>
#include <vector>
class Log {
public:
  void add(int v) {
    std::lock_guard<std::mutex> g(mu_);
    lines_.push_back(v);
  }
  void clear() {
    std::lock_guard<std::mutex> g(mu_);
    lines_.clear();
  }
private:
  std::mutex mu_;
  std::vector<int> lines_;
};
void use(Log& l) { l.add(1); l.clear(); }
