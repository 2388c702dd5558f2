// Each thread writes the slot of its own index; the slots are summed after the joins.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <array>
#include <thread>
#include <vector>

int main() {
  std::array<int, 4> slots{};
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < slots.size(); ++i) workers.emplace_back([&slots, i] { slots[i] = static_cast<int>(i); });
  for (auto& worker : workers) worker.join();
  int sum = 0;
  for (int slot : slots) sum += slot;
  return sum;
}
