// The promise is kept after the write, its future awaited before the read.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <future>
#include <thread>

int main() {
  int result = 0;
  std::promise<void> done;
  std::future<void> ready = done.get_future();
  std::thread worker([&] {
    result = 42;
    done.set_value();
  });
  ready.wait();
  int seen = result;
  worker.join();
  return seen == 42 ? 0 : 1;
}
