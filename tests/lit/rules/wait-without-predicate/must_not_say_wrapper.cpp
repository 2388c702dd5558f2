// A wrapper waits once; its callers test again.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <condition_variable>
#include <mutex>

class Signal {
public:
  void wait(std::mutex& held) {
    std::unique_lock<std::mutex> lock(held, std::adopt_lock);
    changed_.wait(lock);
    lock.release();
  }
  void raise() { changed_.notify_all(); }

private:
  std::condition_variable changed_;
};

class Box {
public:
  int take() {
    mu_.lock();
    while (!full_)
      signal_.wait(mu_);
    full_ = false;
    int value = value_;
    mu_.unlock();
    return value;
  }
  void put(int value) {
    mu_.lock();
    value_ = value;
    full_ = true;
    mu_.unlock();
    signal_.raise();
  }

private:
  std::mutex mu_;
  Signal signal_;
  bool full_ = false;
  int value_ = 0;
};

int main() {
  Box box;
  box.put(1);
  return box.take();
}
