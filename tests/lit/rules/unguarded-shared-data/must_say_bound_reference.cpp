// std::ref hands the object itself to the thread; without it there would be a copy.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <functional>
#include <thread>

void fill(int& slot) {
  slot = 7;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  int result = 0;
  std::thread first(fill, std::ref(result)), second(fill, std::ref(result));
  first.join();
  second.join();
  return result;
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
