// A member of a shared object.
// CHECK: warning: {{.*}}cancelled_` is volatile and carries news between threads{{.*}}[racestyle-volatile-synchronisation]
// RUN: %check --rules racestyle-volatile-synchronisation %s -- %cxx | FileCheck %s --implicit-check-not='[race'
#include <thread>
class Job {
public:
  void run() {
    thread_ = std::thread([this] {
      while (!cancelled_) std::this_thread::yield();
    });
  }
  void cancel() {
    cancelled_ = true;
    thread_.join();
  }
private:
  volatile bool cancelled_ = false;
  std::thread thread_;
};
int main() {
  Job j;
  j.run();
  j.cancel();
}
