// What the author has silenced is left alone; the other one is repaired.
// rule: racecourse-lock-leak
// applies: safe
#include <mutex>
#include <thread>

std::mutex first, second;
int one = 1, two = 2;

int takeFirst() {
  first.lock();
  if (one == 0) return 0;
  const int value = one--;
  first.unlock();
  return value;
}

// NOLINTBEGIN(racecourse-lock-leak,racestyle-manual-lock)
int takeSecond() {
  second.lock();
  if (two == 0) return 0;
  const int value = two--;
  second.unlock();
  return value;
}
// NOLINTEND(racecourse-lock-leak,racestyle-manual-lock)

int main() {
  std::thread other([] { takeFirst(); });
  takeSecond();
  other.join();
}
