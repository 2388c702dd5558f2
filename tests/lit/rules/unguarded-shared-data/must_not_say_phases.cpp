// The first thread is over before the second begins.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <thread>

int stage = 0;

int main() {
  std::thread load([] { stage = 1; });
  load.join();
  std::thread run([] { stage += 1; });
  run.join();
  return stage;
}
