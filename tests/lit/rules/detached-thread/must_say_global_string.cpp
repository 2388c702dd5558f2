// main returns while the detached thread may still read a string that is destroyed then.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: detached {{.+}} uses `greeting`, which the end of the program destroys{{.*}}[racecourse-detached-thread]
#include <cstdio>
#include <string>
#include <thread>

std::string greeting = "a greeting too long to stand in the object itself";

int main() {
  std::thread([] { std::printf("%s\n", greeting.c_str()); }).detach();
  return 0;
}
