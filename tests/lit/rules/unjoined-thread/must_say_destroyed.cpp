// The handle ends while it still has its thread.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `main()::worker` is destroyed in `main` while it still has its thread, which ends the program {{.*}}[racecourse-unjoined-thread]
#include <thread>

void work() {}

int main() {
  std::thread worker(work);
  return 0;
}
