// rule: racecourse-lock-order-inversion
// applies: safe
#include <mutex>
#include <thread>

struct Account {
  std::mutex mutex;
  int balance = 100;
};

Account current, savings;

void save(int amount) {
  std::lock_guard<std::mutex> first(current.mutex);
  std::lock_guard<std::mutex> second(savings.mutex);
  current.balance -= amount;
  savings.balance += amount;
}

void spend(int amount) {
  const std::lock_guard first(savings.mutex);
  const std::lock_guard second(current.mutex);
  savings.balance -= amount;
  current.balance += amount;
}

int main() {
  std::thread one([] { save(10); });
  std::thread two([] { spend(10); });
  one.join();
  two.join();
}
