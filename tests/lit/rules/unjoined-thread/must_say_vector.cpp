// A vector of threads that nobody joins; they got there by a move.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `main()::workers` is destroyed in `main`{{.*}}[racecourse-unjoined-thread]
#include <thread>
#include <utility>
#include <vector>

void work() {}

int main() {
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    std::thread worker(work);
    workers.push_back(std::move(worker));
  }
  return 0;
}
