// The child is what is left after the parent has gone.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `{{.+}}` forks while other threads may run; its child then locks {{.+}}[racecourse-fork-under-threads]
#include <mutex>
#include <thread>
#include <unistd.h>

std::mutex mu;
int total = 0;

void add() {
  std::lock_guard lock(mu);
  ++total;
}

int main() {
  std::thread worker(add);
  if (fork() > 0) {
    worker.join();
    return 0;
  }
  add();
  _exit(0);
}
