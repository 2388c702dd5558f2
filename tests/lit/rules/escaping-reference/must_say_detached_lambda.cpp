// A detached lambda keeps a reference to a local of the function that returns at once.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: `start()::requests`, {{.+}} can end while {{.+}} still uses it {{.*}}[racecourse-escaping-reference]
#include <cstdio>
#include <thread>

void start() {
  int requests = 3;
  std::thread([&requests] { std::printf("%d\n", requests); }).detach();
}

int main() {
  start();
  return 0;
}
