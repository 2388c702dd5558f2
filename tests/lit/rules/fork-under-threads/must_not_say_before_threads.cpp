// Forked before the first thread, and after the last.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
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
  if (fork() == 0) {
    add();
    _exit(0);
  }
  std::thread worker(add);
  worker.join();
  if (fork() == 0) {
    add();
    _exit(0);
  }
  return 0;
}
