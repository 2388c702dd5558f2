// The thread that is joined may want the lock.
// CHECK: warning: `Worker::stop` joins {{.*}}mu_` held{{.*}}[racestyle-blocking-under-lock]
// RUN: %check --rules racestyle-blocking-under-lock %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <mutex>
#include <thread>
class Worker {
public:
  void start() { thread_ = std::thread([this] { step(); }); }
  void stop() {
    std::lock_guard<std::mutex> g(mu_);
    thread_.join();
  }
private:
  void step() {
    std::lock_guard<std::mutex> g(mu_);
    ++steps_;
  }
  std::mutex mu_;
  std::thread thread_;
  int steps_ = 0;
};
int main() {
  Worker w;
  w.start();
  w.stop();
}
