// Threads in an array, in braces, joined by one loop or one by one: nothing runs any more when main reads.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <array>
#include <mutex>
#include <thread>

std::mutex mutex;
int first = 0, second = 0, third = 0;

void add(int& to) {
  std::lock_guard guard(mutex);
  ++to;
}

int main() {
  std::thread threads[] = {std::thread([] { add(first); }), std::thread([] { add(first); })};
  for (auto& thread : threads)
    thread.join();
  std::array<std::thread, 2> pair{std::thread([] { add(second); }), std::thread([] { add(second); })};
  for (auto& thread : pair)
    thread.join();
  std::thread two[2] = {std::thread([] { add(third); }), std::thread([] { add(third); })};
  two[0].join();
  two[1].join();
  return first + second + third;
}
