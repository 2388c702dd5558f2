// The thread works on its own copy of what it was given.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <string>
#include <thread>

void work(std::string text) { text += "!"; }

int main() {
  std::string text = "hello";
  std::thread first(work, text);
  std::thread second([text]() mutable { text += "?"; });
  text += ".";
  first.join();
  second.join();
}
