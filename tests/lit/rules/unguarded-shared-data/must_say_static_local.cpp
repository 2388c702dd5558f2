// A function-local static is one object for all threads; only its initialisation is synchronised.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <thread>

int nextId() {
  static int last = 0;
  return ++last;
  // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}last`{{.*}}[racecourse-unguarded-shared-data]
}

int main() {
  std::thread first([] { nextId(); }), second([] { nextId(); });
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
