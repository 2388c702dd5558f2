// Running out of memory does not count.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <memory>
#include <string>
#include <thread>
#include <vector>

void work() {
  std::vector<int> numbers;
  numbers.push_back(1);
  numbers.reserve(100);
  auto text = std::make_unique<std::string>("text");
  *text += "more";
  int* one = new int(1);
  delete one;
}

int main() {
  std::thread worker(work);
  worker.join();
  return 0;
}
