// Nobody else can come between: the container belongs to one thread.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <map>
#include <thread>

int main() {
  std::thread other([] {
    std::map<int, int> mine;
    if (mine.find(1) == mine.end()) mine[1] = 2;
  });
  std::map<int, int> own;
  if (own.empty()) own.emplace(1, 2);
  other.join();
}
