// main never returns, so nothing is destroyed.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

std::string greeting = "a greeting too long to stand in the object itself";

int main() {
  std::thread([] { std::printf("%s\n", greeting.c_str()); }).detach();
  for (;;)
    std::this_thread::sleep_for(std::chrono::seconds(1));
}
