// The smaller index first, by std::min and std::max.
// RUN: %check %s -- %cxx | FileCheck %s --implicit-check-not='[racecourse-'
// CHECK: 1 unit, {{.+}}, 0 findings{{$}}
#include <algorithm>
#include <array>
#include <mutex>
#include <thread>
#include <vector>

std::array<std::mutex, 5> forks;

void dine(std::size_t seat) {
  std::size_t left = seat, right = (seat + 1) % forks.size();
  std::lock_guard first(forks[std::min(left, right)]);
  std::lock_guard second(forks[std::max(left, right)]);
}

int main() {
  std::vector<std::thread> guests;
  for (std::size_t seat = 0; seat < forks.size(); ++seat)
    guests.emplace_back(dine, seat);
  for (auto& guest : guests)
    guest.join();
}
