// The throw is on the other side: in the code that starts the thread.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <stdexcept>
#include <thread>

void work() noexcept {}

int parse(int size) {
  if (size < 0) throw std::invalid_argument("size");
  return size;
}

int main() {
  int size = 0;
  try {
    size = parse(1);
  } catch (const std::exception&) {
  }
  std::thread worker(work);
  worker.join();
  return size;
}
