// An explicit throw in the thread itself.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: an exception{{.*}} thrown in `work` can leave {{.+}}; the whole program ends then {{.*}}[racecourse-exception-escapes-thread]
#include <stdexcept>
#include <thread>

void work(int size) {
  if (size < 0) throw std::invalid_argument("size");
}

int main() {
  std::thread worker(work, -1);
  worker.join();
  return 0;
}
