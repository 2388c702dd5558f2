// A member thread that no code of the program joins.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: the thread of `Service::worker_` is never joined or detached{{.*}}[racecourse-unjoined-thread]
#include <thread>

class Service {
public:
  Service() { worker_ = std::thread([] {}); }

private:
  std::thread worker_;
};

int main() {
  Service service;
  return 0;
}
