// Each thread has its own object.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>

struct Worker {
  int done = 0;
  void run() { ++done; }
};

int main() {
  Worker left, right;
  std::thread first(&Worker::run, &left), second(&Worker::run, &right);
  first.join();
  second.join();
  return left.done + right.done;
}
