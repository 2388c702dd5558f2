// Everything is caught inside the thread.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

void work(const std::string& text) {
  if (text.empty()) throw std::invalid_argument("text");
  std::printf("%d\n", std::stoi(text));
}

int main() {
  std::thread worker([] {
    try {
      work("x");
    } catch (const std::exception& error) {
      std::puts(error.what());
    }
  });
  worker.join();
  return 0;
}
