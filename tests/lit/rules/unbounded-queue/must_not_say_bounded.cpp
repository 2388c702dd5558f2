// The producer waits for room, or refuses.
// RUN: %check --rules racestyle-unbounded-queue %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
class Waits {
public:
  void put(int v) {
    std::unique_lock<std::mutex> l(mu_);
    emptied_.wait(l, [this] { return items_.size() < 16; });
    items_.push_back(v);
    filled_.notify_one();
  }
  int get() {
    std::unique_lock<std::mutex> l(mu_);
    filled_.wait(l, [this] { return !items_.empty(); });
    int v = items_.front();
    items_.pop_front();
    emptied_.notify_one();
    return v;
  }
private:
  std::mutex mu_;
  std::condition_variable filled_, emptied_;
  std::deque<int> items_;
};
class Refuses {
public:
  bool put(int v) {
    std::lock_guard<std::mutex> g(mu_);
    if (items_.size() == 16) return false;
    items_.push_back(v);
    filled_.notify_one();
    return true;
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
int use(Waits& w, Refuses& r) {
  w.put(1);
  r.put(1);
  return w.get() + r.get();
}
