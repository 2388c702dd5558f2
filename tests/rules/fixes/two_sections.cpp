// rule: racecourse-check-then-act
// applies: suggested
#include <mutex>
#include <thread>

class Account {
public:
  bool withdraw(int amount) {
    int have;
    {
      std::lock_guard<std::mutex> guard(mutex_);
      have = balance_;
    }
    if (have < amount) return false;
    std::lock_guard<std::mutex> guard(mutex_);
    balance_ -= amount;
    return true;
  }

private:
  std::mutex mutex_;
  int balance_ = 100;
};

int main() {
  Account account;
  std::thread one([&] { account.withdraw(80); });
  std::thread two([&] { account.withdraw(80); });
  one.join();
  two.join();
}
