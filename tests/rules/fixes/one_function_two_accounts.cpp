// rule: racecourse-lock-order-inversion
// applies: safe
#include <mutex>
#include <thread>

struct Account {
  std::mutex mutex;
  int balance = 100;
};

void transfer(Account &from, Account &to, int amount) {
  std::unique_lock<std::mutex> from_lock(from.mutex);
  std::unique_lock<std::mutex> to_lock(to.mutex);
  from.balance -= amount;
  to.balance += amount;
}

int main() {
  Account a, b;
  std::thread one([&] { transfer(a, b, 10); });
  std::thread two([&] { transfer(b, a, 10); });
  one.join();
  two.join();
}
