// What was read decides only what is printed.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <cstdio>
#include <mutex>
#include <thread>

std::mutex mu;
int jobs = 0;

void work() {
  int before;
  {
    std::lock_guard guard(mu);
    before = jobs;
  }
  if (before > 10) std::printf("busy\n");
  std::lock_guard guard(mu);
  ++jobs;
}

int main() {
  std::thread one(work), two(work);
  one.join();
  two.join();
}
