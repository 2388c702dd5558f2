// An exception between start and join destroys the handle first.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: an exception in `run` destroys `run()::worker` before its thread is joined{{.*}}[racecourse-unjoined-thread]
#include <stdexcept>
#include <thread>

void work() {}

void check(int size) {
  if (size < 0) throw std::invalid_argument("size");
}

void run(int size) {
  std::thread worker(work);
  check(size);
  worker.join();
}

int main() {
  try {
    run(-1);
  } catch (const std::exception&) {
  }
  return 0;
}
