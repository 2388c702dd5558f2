// The racing code exists only as an instantiation.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
#include <thread>

template <typename T> struct Cell {
  T value{};
  void bump() {
    value += 1;
    // CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{error|warning}}: {{.*}}value`{{.*}}[racecourse-unguarded-shared-data]
  }
};

int main() {
  Cell<long> cell;
  std::thread first([&] { cell.bump(); }), second([&] { cell.bump(); });
  first.join();
  second.join();
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
