// put() adds whatever get() does.
// CHECK: warning: `Queue::items_` grows without a bound: `Queue::put` adds to it whether or not `Queue::get` keeps up{{.*}}[racestyle-unbounded-queue]
// RUN: %check --rules racestyle-unbounded-queue %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
class Queue {
public:
  void put(int v) {
    {
      std::lock_guard<std::mutex> g(mu_);
      items_.push_back(v);
    }
    filled_.notify_one();
  }
  int get() {
    std::unique_lock<std::mutex> l(mu_);
    filled_.wait(l, [this] { return !items_.empty(); });
    int v = items_.front();
    items_.pop_front();
    return v;
  }
private:
  std::mutex mu_;
  std::condition_variable filled_;
  std::deque<int> items_;
};
void use(Queue& q) { q.put(q.get()); }
