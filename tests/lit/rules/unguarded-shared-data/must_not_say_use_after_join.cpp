// The only other thread has ended.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>

int result = 0;

int main() {
  std::thread worker([] { result = 42; });
  worker.join();
  result += 1;
  return result;
}
