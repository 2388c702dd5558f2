// An object that is never destroyed, on purpose.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <cstdio>
#include <string>
#include <thread>

std::string& name() {
  static std::string& instance = *new std::string("a name that is too long for the object itself");
  return instance;
}

int main() {
  std::thread([] { std::printf("%s\n", name().c_str()); }).detach();
  return 0;
}
