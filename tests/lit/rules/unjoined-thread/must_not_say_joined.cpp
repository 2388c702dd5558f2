// Joined on every way, or not started on it.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>

void work() {}

int run(bool threaded) {
  std::thread worker;
  if (threaded) worker = std::thread(work);
  work();
  if (threaded) worker.join();
  return 0;
}

int main() {
  std::thread worker(work);
  if (worker.joinable()) worker.join();
  return run(true);
}
