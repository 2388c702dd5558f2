// The second thread is given to a handle that still has the first.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `main()::worker` is given another thread in `main` while it still has one{{.*}}[racecourse-unjoined-thread]
#include <thread>

void work() {}

int main() {
  std::thread worker;
  for (int i = 0; i < 2; ++i)
    worker = std::thread(work);
  worker.join();
  return 0;
}
