// What is lent comes back: there are never more than at the beginning.
// RUN: %check --rules racestyle-unbounded-queue %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
class Connections {
public:
  Connections() {
    for (int i = 0; i < 4; ++i) free_.push_back(i);
  }
  int take() {
    std::unique_lock<std::mutex> l(mu_);
    back_.wait(l, [this] { return !free_.empty(); });
    int c = free_.front();
    free_.pop_front();
    return c;
  }
  void give(int c) {
    std::lock_guard<std::mutex> g(mu_);
    free_.push_back(c);
    back_.notify_one();
  }
private:
  std::mutex mu_;
  std::condition_variable back_;
  std::deque<int> free_;
};
void use(Connections& c) { c.give(c.take()); }
