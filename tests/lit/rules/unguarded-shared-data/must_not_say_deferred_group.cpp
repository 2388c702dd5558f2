// std::lock takes both deferred guards.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>
#include <thread>

std::mutex one, two;
int total;

void there() {
  std::unique_lock<std::mutex> a(one, std::defer_lock), b(two, std::defer_lock);
  std::lock(a, b);
  total++;
}
void back() {
  std::unique_lock<std::mutex> a(one, std::defer_lock), b(two, std::defer_lock);
  std::lock(b, a);
  total++;
}

int main() {
  std::thread first(there);
  std::thread second(back);
  first.join();
  second.join();
}
