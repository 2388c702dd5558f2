// Each object has its own mutex and condition variable; two of them together are fine.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <condition_variable>
#include <mutex>
#include <thread>

class Gate {
public:
  void pass() {
    std::unique_lock lock(mu_);
    opened_.wait(lock, [this] { return open_; });
  }
  void open() {
    std::lock_guard lock(mu_);
    open_ = true;
    opened_.notify_all();
  }

private:
  std::mutex mu_;
  std::condition_variable opened_;
  bool open_ = false;
};

int main() {
  Gate first, second;
  std::thread a([&] { first.pass(); }), b([&] { second.pass(); });
  first.open();
  second.open();
  a.join();
  b.join();
  return 0;
}
