// wait() gives the lock up and has it again when it returns; predicates run with it.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

class Queue {
public:
  void put(int item) {
    {
      std::lock_guard guard(mu_);
      items_.push_back(item);
    }
    ready_.notify_one();
  }
  int get() {
    std::unique_lock lock(mu_);
    ready_.wait(lock, [this] { return !items_.empty(); });
    int item = items_.front();
    items_.pop_front();
    return item;
  }

private:
  std::mutex mu_;
  std::condition_variable ready_;
  std::deque<int> items_;
};

int main() {
  Queue queue;
  std::thread producer([&] { queue.put(1); });
  int item = queue.get();
  producer.join();
  return item;
}
