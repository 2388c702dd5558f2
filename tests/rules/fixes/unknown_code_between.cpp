// The code between the two sections takes the same lock: under one guard it would wait for itself. No fix.
// rule: racecourse-check-then-act
// applies: never
#include <mutex>
#include <thread>

std::mutex mutex;
int balance = 100, asked = 0;

void note() {
  std::lock_guard<std::mutex> guard(mutex);
  ++asked;
}

bool withdraw(int amount) {
  int have;
  {
    std::lock_guard<std::mutex> guard(mutex);
    have = balance;
  }
  note();
  if (have < amount) return false;
  std::lock_guard<std::mutex> guard(mutex);
  balance -= amount;
  return true;
}

int main() {
  std::thread one([] { withdraw(80); });
  std::thread two([] { withdraw(80); });
  one.join();
  two.join();
}
