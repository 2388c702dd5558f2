// rule: racecourse-lock-leak
// applies: safe
#include <cstdio>
#include <mutex>
#include <thread>

std::mutex counter_mutex;
int counter = 0;

void count(int by) {
  std::puts("counting");
  counter_mutex.lock();
  if (by == 0)
    return;
  counter += by;

  counter_mutex.unlock();
  std::puts("counted");
}

int main() {
  std::thread other([] { count(1); });
  count(2);
  other.join();
}
