// empty() and pop() of a queue whose methods lock one by one.
// CHECK: {{error|warning}}: {{.*}}items_`{{.*}}[racecourse-check-then-act]
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <deque>
#include <mutex>
#include <thread>

class Queue {
public:
  bool empty() const {
    std::lock_guard guard(mu_);
    return items_.empty();
  }
  int pop() {
    std::lock_guard guard(mu_);
    int item = items_.front();
    items_.pop_front();
    return item;
  }
  void push(int item) {
    std::lock_guard guard(mu_);
    items_.push_back(item);
  }

private:
  mutable std::mutex mu_;
  std::deque<int> items_;
};

void drain(Queue& queue) {
  while (!queue.empty())
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: tests {{.*}}items_
    queue.pop();
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: writes {{.*}}items_
}

int main() {
  Queue queue;
  queue.push(1);
  std::thread one([&] { drain(queue); }), two([&] { drain(queue); });
  one.join();
  two.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
