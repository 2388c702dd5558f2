// The atomic that the wait tests is changed without the wait's mutex: the notification can come between test and sleep.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <thread>

std::mutex mutex;
std::condition_variable changed;
std::atomic<bool> ready{false};

void waiter() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [] { return ready.load(); });
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: note: waits for `changed` here, until `ready` says so
}

void setter() {
  ready = true;
  // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: `ready` is changed in `setter` without `mutex`, and `changed` is notified{{.*}}[racecourse-wait-without-predicate]
  changed.notify_one();
}

class Worker {
public:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      while (jobs_.empty() && !stopping())
        wake_.wait(lock);
      if (jobs_.empty()) return;
      jobs_.pop();
    }
  }
  void add(int job) {
    {
      std::lock_guard lock(mutex_);
      jobs_.push(job);
    }
    wake_.notify_one();
  }
  void stop() {
    stop_.store(true);
    // CHECK-DAG: :[[@LINE-1]]:{{[0-9]+}}: warning: `Worker::stop_` is changed in `Worker::stop` without `{{.*}}mutex_`{{.*}}[racecourse-wait-without-predicate]
    wake_.notify_all();
  }

private:
  bool stopping() const { return stop_; }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::queue<int> jobs_;
  std::atomic<bool> stop_{false};
};

int main() {
  std::thread first(waiter), second(setter);
  Worker worker;
  std::thread third([&] { worker.run(); });
  worker.add(1);
  worker.stop();
  first.join();
  second.join();
  third.join();
}
// CHECK: 1 unit, {{.+}}, 2 findings{{$}}
