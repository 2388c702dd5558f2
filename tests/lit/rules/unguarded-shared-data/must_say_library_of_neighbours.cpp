// Classes of a library that refer to each other: looking for locks inside of them comes to an end.
// RUN: %check %s -- %cxx -isystem %root/tests/lit/rules/unguarded-shared-data/Inputs/library | FileCheck %s
#include <neighbours.h>
#include <thread>

void visit(library::Room& room, int& visitors) {
  visitors += room.visitors;
}

void count(library::Room& room) {
  int visitors = 0;
  std::thread guest([&] { visit(room, visitors); });
  visit(room, visitors);
  // CHECK: `count({{.*}})::visitors` is updated
  // CHECK-SAME: [racecourse-unguarded-shared-data]
  guest.join();
}

int main() {
  library::Door* door = nullptr;
  library::Room room{*door};
  count(room);
}
// CHECK: 1 unit, {{.+}}, 1 finding{{$}}
