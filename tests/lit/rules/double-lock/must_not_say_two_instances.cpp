// One member of two objects, and elements of an array.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <mutex>

struct Shard {
  std::mutex mu;
  int items = 0;
};

Shard shards[2];

void move(Shard& from, Shard& to) {
  if (&from == &to) return;
  std::lock_guard first(from.mu);
  std::lock_guard second(to.mu);
  --from.items;
  ++to.items;
}

int main() {
  std::lock_guard first(shards[0].mu);
  std::lock_guard second(shards[1].mu);
  Shard left, right;
  move(left, right);
}
