// As many as there are cores, as somebody asked for, or a few.
// RUN: %check --rules racestyle-thread-per-item %s -- %cxx | FileCheck %s --allow-empty --implicit-check-not='[race'
// CHECK: 0 findings
#include <algorithm>
#include <array>
#include <thread>
#include <vector>
void work(unsigned);
void all(const std::vector<int>& items, unsigned wanted) {
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work, i);
  for (unsigned i = 0; i < wanted; ++i) threads.emplace_back(work, i);
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, i);
  const std::size_t count = std::min<std::size_t>(8, items.size());
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work, i);
  std::array<std::thread, 3> three;
  for (auto& t : three) t = std::thread(work, 1u);
  for (auto& t : threads) t.join();
  for (auto& t : three) t.join();
}
