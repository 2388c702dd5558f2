// The thread has its own copy, and shares what it shares through a shared_ptr.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <atomic>
#include <memory>
#include <string>
#include <thread>

void start(std::string request) {
  auto total = std::make_shared<std::atomic<int>>(0);
  std::thread([request, total] { total->fetch_add(static_cast<int>(request.size())); }).detach();
}

int main() {
  start("a");
  return 0;
}
