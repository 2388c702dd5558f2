// The detached thread says that it has finished, and main waits for that.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <cstdio>
#include <latch>
#include <string>
#include <thread>

std::string greeting = "a greeting too long to stand in the object itself";
std::latch finished(1);

int main() {
  std::thread([] {
    std::printf("%s\n", greeting.c_str());
    finished.count_down();
  }).detach();
  finished.wait();
  return 0;
}
