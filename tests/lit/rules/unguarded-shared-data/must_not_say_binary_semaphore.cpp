// One permit excludes as a mutex does.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <semaphore>
#include <thread>

std::binary_semaphore permit{1};
int value = 0;

void work() {
  permit.acquire();
  ++value;
  permit.release();
}

int main() {
  std::thread first(work), second(work);
  first.join();
  second.join();
}
