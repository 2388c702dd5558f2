// One of two ways out forgets the join.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `run()::worker` is destroyed in `run`{{.*}}[racecourse-unjoined-thread]
#include <thread>

void work() {}

int run(bool quick) {
  std::thread worker(work);
  if (quick) return 1;
  worker.join();
  return 0;
}

int main() {
  return run(false);
}
