// Five dining philosophers with nothing but the standard library, for `racecourse run`: each takes the left fork, waits
// until all have one, and asks for the right one. It hangs, always.
#include <atomic>
#include <mutex>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

constexpr int seats = 5;
std::mutex forks[seats];
std::atomic<int> with_a_fork{0};

void dine(int seat) {
  std::lock_guard left(forks[seat]);
  for (int now = ++with_a_fork; now < seats; now = with_a_fork)
    with_a_fork.wait(now);
  with_a_fork.notify_all();
  std::lock_guard right(forks[(seat + 1) % seats]);
}

int main() {
  const char* names[seats] = {"Plato", "Kant", "Hume", "Sartre", "Arendt"};
  std::vector<std::thread> table;
  for (int seat = 0; seat < seats; ++seat)
    table.emplace_back([seat, name = names[seat]] {
      pthread_setname_np(pthread_self(), name);
      dine(seat);
    });
  for (std::thread& philosopher : table)
    philosopher.join();
}
