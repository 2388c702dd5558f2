// An object of a function with a destructor, alive from its first use to the end of the program.
// RUN: %check %s --rules='racecourse-*' -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: warning: detached {{.+}} uses `{{.*}}table`, which the end of the program destroys{{.*}}[racecourse-detached-thread]
#include <cstdio>
#include <map>
#include <thread>

int lookUp(int key) {
  static std::map<int, int> table = {{1, 2}, {3, 4}};
  auto found = table.find(key);
  return found == table.end() ? 0 : found->second;
}

int main() {
  std::thread worker([] { std::printf("%d\n", lookUp(1)); });
  worker.detach();
  return 0;
}
